"""Conversations of every kind of block, as each door's clients write them."""

import json
from typing import Any, NamedTuple

PIXEL, PAPER = "iVBORw0KGgo=", "JVBERi0="
SIGNED = "c2lnbmVk"
LONG, ODD = "n" * 130, "1c_reload"


class Case(NamedTuple):
    """The tools, the calls with their results in the order in which these are sent, and the texts that must arrive."""

    calls: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    results: tuple[tuple[int, str | list[tuple[str, str]]], ...] = ()
    kept: tuple[str, ...] = ()
    thought: str = ""
    """What the assistant thought before it called, signed as its provider signs."""
    refused: str = ""
    """What it said instead of an answer."""
    typed: str = ""
    """What it wrote into a tool that takes text."""


CASES = {
    "text": Case(kept=("Hello",)),
    "call": Case((("call_1", "look", {"at": "sky"}),), ((0, "blue"),), ("blue", "sky", "look")),
    "parallel": Case((("a1", "look", {}), ("b2", "look", {})), ((1, "second"), (0, "first")), ("first", "second")),
    "json": Case((("call_1", "look", {}),), ((0, '{"$ref": "#/$defs/Pet", "kind": "cat"}'),), ("#/$defs/Pet", "cat")),
    "image": Case((("call_1", "look", {}),), ((0, [("text", "seen"), ("image", PIXEL)]),), ("seen", PIXEL)),
    "paper": Case((("call_1", "look", {}),), ((0, [("text", "read"), ("pdf", PAPER)]),), ("read", PAPER)),
    "long name": Case((("call_1", LONG, {}),), ((0, "blue"),), ("blue",)),
    "thinking": Case((("call_1", "look", {}),), ((0, "blue"),), ("blue",), thought="It is above."),
    "refusal": Case(kept=("I will not.", "Why?"), refused="I will not."),
    "custom": Case(kept=("ls -l", "a.txt"), typed="ls -l"),
    "odd name": Case((("call_1", ODD, {}),), ((0, "blue"),), ("blue",)),
}


def chat(case: Case) -> dict[str, Any]:
    """A chat completions body."""

    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "text", "text": value}
        if kind == "image":
            return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{value}"}}
        return {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{value}", "filename": "a.pdf"}}

    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    if case.calls:
        calls = [
            {"id": i, "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
            for i, name, args in case.calls
        ]
        thought = {"type": "thinking", "thinking": case.thought, "signature": SIGNED}
        thinking = {"thinking_blocks": [thought], "reasoning_content": case.thought} if case.thought else {}
        messages.append({"role": "assistant", "content": None, "tool_calls": calls, **thinking})
        for place, said in case.results:
            content = said if isinstance(said, str) else [part(*each) for each in said]
            messages.append({"role": "tool", "tool_call_id": case.calls[place][0], "content": content})
    if case.refused:
        messages += [
            {"role": "assistant", "content": None, "refusal": case.refused},
            {"role": "user", "content": "Why?"},
        ]
    tools = [{"type": "function", "function": {"name": name}} for name in dict.fromkeys(call[1] for call in case.calls)]
    if case.typed:
        typed = {"id": "call_1", "type": "custom", "custom": {"name": "run", "input": case.typed}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [typed]})
        messages.append({"role": "tool", "tool_call_id": "call_1", "content": "a.txt"})
        tools = [{"type": "custom", "custom": {"name": "run", "description": "Runs."}}]
    return {"model": "m", "messages": messages, **({"tools": tools} if tools else {})}


def messages(case: Case) -> dict[str, Any]:
    """A Messages body."""

    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "text", "text": value}
        block, media = ("image", "image/png") if kind == "image" else ("document", "application/pdf")
        return {"type": block, "source": {"type": "base64", "media_type": media, "data": value}}

    turns: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    if case.calls:
        uses = [{"type": "tool_use", "id": i, "name": name, "input": args} for i, name, args in case.calls]
        results = [
            {
                "type": "tool_result",
                "tool_use_id": case.calls[place][0],
                "content": said if isinstance(said, str) else [part(*each) for each in said],
            }
            for place, said in case.results
        ]
        if case.thought:
            uses.insert(0, {"type": "thinking", "thinking": case.thought, "signature": SIGNED})
        turns += [{"role": "assistant", "content": uses}, {"role": "user", "content": results}]
    if case.refused:
        turns.append({"role": "assistant", "content": [{"type": "text", "text": case.refused}]})
        turns.append({"role": "user", "content": "Why?"})
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in dict.fromkeys(c[1] for c in case.calls)]
    if case.typed:
        use = {"type": "tool_use", "id": "call_1", "name": "run", "input": {"command": case.typed}}
        result = {"type": "tool_result", "tool_use_id": "call_1", "content": "a.txt"}
        turns += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
        tools = [{"name": "run", "input_schema": {"type": "object"}}]
    return {"model": "m", "max_tokens": 64, "messages": turns, **({"tools": tools} if tools else {})}


def responses(case: Case) -> dict[str, Any]:
    """A Responses body."""

    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "input_text", "text": value}
        if kind == "image":
            return {"type": "input_image", "image_url": f"data:image/png;base64,{value}"}
        return {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{value}"}

    items: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    if case.thought:
        items.append({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": SIGNED})
    items += [
        {"type": "function_call", "call_id": i, "name": name, "arguments": json.dumps(args)}
        for i, name, args in case.calls
    ]
    for place, said in case.results:
        output = said if isinstance(said, str) else [part(*each) for each in said]
        items.append({"type": "function_call_output", "call_id": case.calls[place][0], "output": output})
    if case.refused:
        items.append({"role": "assistant", "content": [{"type": "refusal", "refusal": case.refused}]})
        items.append({"role": "user", "content": "Why?"})
    tools: list[dict[str, Any]] = [
        {"type": "function", "name": name} for name in dict.fromkeys(call[1] for call in case.calls)
    ]
    if case.typed:
        items.append({"type": "custom_tool_call", "call_id": "call_1", "name": "run", "input": case.typed})
        items.append({"type": "custom_tool_call_output", "call_id": "call_1", "output": "a.txt"})
        tools = [{"type": "custom", "name": "run", "description": "Runs."}]
    return {"model": "m", "input": items, **({"tools": tools} if tools else {})}


def google(case: Case) -> dict[str, Any]:
    """A generateContent body. Calls have no ids here, so results are told apart by their order."""

    def part(kind: str, value: str) -> dict[str, Any]:
        media = "image/png" if kind == "image" else "application/pdf"
        return {"inlineData": {"mimeType": media, "data": value}}

    contents: list[dict[str, Any]] = [{"role": "user", "parts": [{"text": "Hello"}]}]
    calls: list[dict[str, Any]] = [{"functionCall": {"name": name, "args": args}} for _, name, args in case.calls]
    if case.calls:
        calls[0]["thoughtSignature"] = SIGNED
        thought = [{"text": case.thought, "thought": True}] if case.thought else []
        results = []
        for place, told in sorted(case.results, key=lambda result: result[0]):
            said = told if isinstance(told, str) else told[0][1]
            response = {"name": case.calls[place][1], "response": {"result": said}}
            files = [] if isinstance(told, str) else [part(*each) for each in told[1:]]
            results.append({"functionResponse": {**response, **({"parts": files} if files else {})}})
        contents += [{"role": "model", "parts": [*thought, *calls]}, {"role": "user", "parts": results}]
    if case.refused:
        contents.append({"role": "model", "parts": [{"text": case.refused}]})
        contents.append({"role": "user", "parts": [{"text": "Why?"}]})
    names = [name for _, name, _ in case.calls]
    if case.typed:
        contents.append(
            {"role": "model", "parts": [{"functionCall": {"name": "run", "args": {"command": case.typed}}}]}
        )
        response = {"name": "run", "response": {"result": "a.txt"}}
        contents.append({"role": "user", "parts": [{"functionResponse": response}]})
        names = ["run"]
    tools = [{"functionDeclarations": [{"name": name} for name in dict.fromkeys(names)]}] if names else []
    return {"contents": contents, **({"tools": tools} if tools else {})}
