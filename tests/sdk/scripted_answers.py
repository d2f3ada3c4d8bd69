"""One answer in the words of each provider, as its documentation shows them: whole, and as the events of a stream."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

TEXT = "Warm, 28 °C. Take a hat."
FORM = '{"city": "Taipei", "degrees": 28}'
ARGUMENTS = {"city": "Taipei", "days": 3}
INPUT_TOKENS, OUTPUT_TOKENS = 20, 7


class Said(NamedTuple):
    """What a scripted model says: a text, or the calls of a tool."""

    text: str = ""
    tool: str = ""
    calls: int = 1

    def pieces(self) -> list[str]:
        """The text, or the arguments of the call, as it comes in a stream."""
        whole = json.dumps(ARGUMENTS) if self.tool else self.text
        return [whole[start : start + 5] for start in range(0, len(whole), 5)]

    def blocks(self) -> range:
        """The numbers of what it says: the text, or each call."""
        return range(self.calls if self.tool else 1)


Whole = Callable[[Said], dict[str, Any]]
Streamed = Callable[[Said], Iterator[dict[str, Any]]]
CHAT_USAGE = {
    "prompt_tokens": INPUT_TOKENS,
    "completion_tokens": OUTPUT_TOKENS,
    "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
}
COUNTS = {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS}
GOOGLE_USAGE = {
    "promptTokenCount": INPUT_TOKENS,
    "candidatesTokenCount": OUTPUT_TOKENS,
    "totalTokenCount": INPUT_TOKENS + OUTPUT_TOKENS,
}


def chat(said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.text or None}
    if said.tool:
        function = {"name": said.tool, "arguments": json.dumps(ARGUMENTS)}
        message["tool_calls"] = [
            {"id": f"call_{number + 1}", "type": "function", "function": function} for number in said.blocks()
        ]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if said.tool else "stop"}
    return {**_chat("chat.completion"), "choices": [choice], "usage": CHAT_USAGE}


def chat_events(said: Said) -> Iterator[dict[str, Any]]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": None if said.tool else ""}]
    if said.tool:
        for number in said.blocks():
            function = {"name": said.tool, "arguments": ""}
            begun = {"index": number, "id": f"call_{number + 1}", "type": "function", "function": function}
            deltas.append({"tool_calls": [begun]})
        deltas += [  # the pieces of all calls in turn, as servers of open models may send them
            {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}
            for piece in said.pieces()
            for number in said.blocks()
        ]
    else:
        deltas += [{"content": piece} for piece in said.pieces()]
    for delta in deltas:
        yield {**_chat("chat.completion.chunk"), "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    ended = {"index": 0, "delta": {}, "finish_reason": "tool_calls" if said.tool else "stop"}
    yield {**_chat("chat.completion.chunk"), "choices": [ended]}
    yield {**_chat("chat.completion.chunk"), "choices": [], "usage": CHAT_USAGE}


def _chat(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": "upstream"}


def response(said: Said) -> dict[str, Any]:
    usage = {**COUNTS, "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS}
    output = [_item(said, number, "completed") for number in said.blocks()]
    return {**_response("completed"), "output": output, "usage": usage}


def response_events(said: Said) -> Iterator[dict[str, Any]]:
    yield {"type": "response.created", "response": _response("in_progress")}
    kind = "function_call_arguments" if said.tool else "output_text"
    for number in said.blocks():
        begun = _item(said, number, "in_progress", begun=True)
        yield {"type": "response.output_item.added", "output_index": number, "item": begun}
        place = {"item_id": begun["id"], "output_index": number, "content_index": 0}
        for piece in said.pieces():
            yield {"type": f"response.{kind}.delta", **place, "delta": piece}
        yield {"type": "response.output_item.done", "output_index": number, "item": _item(said, number, "completed")}
    yield {"type": "response.completed", "response": response(said)}


def _response(status: str) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "created_at": 1_700_000_000, "status": status, "model": "upstream", "output": []}  # fmt: skip


def _item(said: Said, number: int, status: str, *, begun: bool = False) -> dict[str, Any]:
    if said.tool:
        arguments = "" if begun else json.dumps(ARGUMENTS)
        return {"type": "function_call", "id": f"i_{number + 1}", "call_id": f"call_{number + 1}", "name": said.tool, "arguments": arguments, "status": status}  # fmt: skip
    parts = [] if begun else [{"type": "output_text", "text": said.text, "annotations": []}]
    return {"type": "message", "id": "i_1", "role": "assistant", "status": status, "content": parts}


def message(said: Said) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": said.text}]
    if said.tool:
        blocks = [
            {"type": "tool_use", "id": f"toolu_{number + 1}", "name": said.tool, "input": ARGUMENTS}
            for number in said.blocks()
        ]
    ended = {"stop_reason": "tool_use" if said.tool else "end_turn", "stop_sequence": None}
    return {**_message(), **ended, "content": blocks, "usage": COUNTS}


def message_events(said: Said) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": {**_message(), "usage": {**COUNTS, "output_tokens": 1}}}
    kind, field = ("input_json_delta", "partial_json") if said.tool else ("text_delta", "text")
    for number in said.blocks():
        block: dict[str, Any] = {"type": "text", "text": ""}
        if said.tool:
            block = {"type": "tool_use", "id": f"toolu_{number + 1}", "name": said.tool, "input": {}}
        yield {"type": "content_block_start", "index": number, "content_block": block}
        yield {"type": "ping"}
        for piece in said.pieces():
            yield {"type": "content_block_delta", "index": number, "delta": {"type": kind, field: piece}}
        yield {"type": "content_block_stop", "index": number}
    ended = {"stop_reason": "tool_use" if said.tool else "end_turn", "stop_sequence": None}
    yield {"type": "message_delta", "delta": ended, "usage": {"output_tokens": OUTPUT_TOKENS}}
    yield {"type": "message_stop"}


def _message() -> dict[str, Any]:
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "upstream", "content": []}


def generated(said: Said) -> dict[str, Any]:
    part: dict[str, Any] = {"text": said.text}
    if said.tool:
        part = {"functionCall": {"name": said.tool, "args": ARGUMENTS}}
    return {
        "candidates": [_candidate([part for _ in said.blocks()], "STOP")],
        "usageMetadata": GOOGLE_USAGE,
        "modelVersion": "upstream",
    }


def generated_events(said: Said) -> Iterator[dict[str, Any]]:
    if said.tool:
        yield generated(said)
        return
    *pieces, last = said.pieces()
    for piece in pieces:
        yield {"candidates": [_candidate([{"text": piece}])], "usageMetadata": {"promptTokenCount": INPUT_TOKENS}}
    yield {"candidates": [_candidate([{"text": last}], "STOP")], "usageMetadata": GOOGLE_USAGE}


def _candidate(parts: list[dict[str, Any]], finish: str | None = None) -> dict[str, Any]:
    written = {"content": {"role": "model", "parts": parts}, "index": 0}
    return written if finish is None else {**written, "finishReason": finish}


ANSWERS: dict[str, tuple[Whole, Streamed]] = {
    "openai": (chat, chat_events),
    "openai_compatible": (chat, chat_events),
    "openai_responses": (response, response_events),
    "anthropic": (message, message_events),
    "google": (generated, generated_events),
}
"""Kind of provider → its answer, whole and streamed."""
