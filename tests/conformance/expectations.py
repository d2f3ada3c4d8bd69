"""What a recording says, read a second time by the plainest means: no code of ours that is under test.

Usage is (input, output, cached input, reasoning), as OpenAI counts: totals that include their parts.
"""

import json
from typing import Any, NamedTuple

from tests.conformance.recordings import Exchange


class Expected(NamedTuple):
    """The first choice of an answer."""

    content: str
    calls: list[tuple[str, Any]]
    finish_reason: str
    usage: tuple[int, int, int, int] | None


def datas(exchange: Exchange) -> list[dict[str, Any]]:
    """The JSON of each event."""
    lines = exchange.response.replace("\r", "").split("\n")
    texts = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return [json.loads(text) for text in texts if text and text != "[DONE]"]


def expected(exchange: Exchange) -> Expected:
    """What the answer is."""
    if exchange.api == "openai.chat":
        return _chat_stream(exchange) if exchange.stream else _chat(exchange)
    if exchange.api == "anthropic.messages":
        return _messages_stream(exchange) if exchange.stream else _messages(json.loads(exchange.response))
    if exchange.api == "google.generate":
        return _generate(datas(exchange) if exchange.stream else [json.loads(exchange.response)])
    return _response_stream(datas(exchange)) if exchange.stream else _response(json.loads(exchange.response))


def _arguments(text: Any) -> Any:
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return text


def _chat_usage(usage: dict[str, Any] | None) -> tuple[int, int, int, int] | None:
    if not usage:
        return None
    reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or usage.get("cached_tokens") or 0
    return usage["prompt_tokens"], usage["total_tokens"] - usage["prompt_tokens"], cached, reasoning


def _chat_text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _chat(exchange: Exchange) -> Expected:
    answer = json.loads(exchange.response)
    choice = answer["choices"][0]
    calls = choice["message"].get("tool_calls") or []
    return Expected(
        _chat_text(choice["message"].get("content")),
        [_chat_call(call) for call in calls],
        choice["finish_reason"],
        _chat_usage(answer.get("usage")),
    )


def _chat_call(call: dict[str, Any]) -> tuple[str, Any]:
    if "custom" in call:
        return call["custom"]["name"], call["custom"]["input"]
    return call["function"]["name"], _arguments(call["function"].get("arguments"))


def _chat_stream(exchange: Exchange) -> Expected:
    content, reason, usage = "", "", None
    calls: dict[int, list[str]] = {}
    for chunk in datas(exchange):
        usage = chunk.get("usage") or usage
        for choice in chunk.get("choices") or []:
            if choice["index"] != 0:
                continue
            delta = choice.get("delta") or {}
            content += _chat_text(delta.get("content"))
            reason = choice.get("finish_reason") or reason
            for call in delta.get("tool_calls") or []:
                known = calls.setdefault(call.get("index", len(calls)), ["", ""])
                function = call.get("function") or call.get("custom") or {}
                known[0] += function.get("name") or ""
                known[1] += function.get("arguments") or function.get("input") or ""
    return Expected(content, [(name, _arguments(text)) for name, text in calls.values()], reason, _chat_usage(usage))


_STOP = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def _messages(answer: dict[str, Any]) -> Expected:
    usage = answer["usage"]
    read = usage.get("cache_read_input_tokens") or 0
    into = usage["input_tokens"] + read + (usage.get("cache_creation_input_tokens") or 0)
    thought = (usage.get("output_tokens_details") or {}).get("thinking_tokens") or 0
    return Expected(
        "".join(block["text"] for block in answer["content"] if block["type"] == "text"),
        [(block["name"], block["input"]) for block in answer["content"] if block["type"] == "tool_use"],
        _STOP[answer["stop_reason"]],
        (into, usage["output_tokens"], read, thought),
    )


def _messages_stream(exchange: Exchange) -> Expected:
    """Blocks by index, as the SDK collects them; a message that starts anew begins with none."""
    blocks: dict[int, dict[str, Any]] = {}
    usage: dict[str, Any] = {}
    reason = ""
    for event in datas(exchange):
        if event["type"] == "message_start":
            usage = dict(event["message"]["usage"])
            blocks = {}
        elif event["type"] == "content_block_start":
            blocks[event["index"]] = {**event["content_block"], "json": ""}
        elif event["type"] == "content_block_delta":
            block, delta = blocks[event["index"]], event["delta"]
            block["text"] = block.get("text", "") + delta.get("text", "")
            block["json"] += delta.get("partial_json", "")
        elif event["type"] == "message_delta":
            usage.update(event["usage"])
            reason = event["delta"].get("stop_reason") or reason
    for block in blocks.values():
        if block["json"]:
            block["input"] = json.loads(block["json"])
    return _messages({"content": list(blocks.values()), "usage": usage, "stop_reason": reason})


_BLOCKED = {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR"}


def _place(value: dict[str, Any], path: str, piece: Any, *, append: bool) -> None:
    names = path.removeprefix("$.").replace("[", ".[").split(".")
    place: Any = value
    for name, following in zip(names, [*names[1:], None], strict=True):
        key: Any = int(name[1:-1]) if name.startswith("[") else name
        if isinstance(key, int):
            place.extend([None] * (key + 1 - len(place)))
        if following is None:
            before = place[key] if append else None
            place[key] = before + piece if append else piece
        else:
            if (key not in place) if isinstance(place, dict) else place[key] is None:
                place[key] = [] if following.startswith("[") else {}
            place = place[key]


def _generate(chunks: list[dict[str, Any]]) -> Expected:
    content, reason = "", ""
    calls: list[tuple[str, dict[str, Any]]] = []
    usage: dict[str, Any] = {}
    open_path = None
    for chunk in chunks:
        if any("TokenCount" in name for name in chunk.get("usageMetadata") or {}):
            usage = chunk["usageMetadata"]
        if chunk.get("promptFeedback", {}).get("blockReason"):
            reason = "SAFETY"
        for candidate in chunk.get("candidates", [])[:1]:
            reason = candidate.get("finishReason") or reason
            for part in candidate.get("content", {}).get("parts", []):
                if "functionCall" in part:
                    call = part["functionCall"]
                    if "name" in call:
                        calls.append((call["name"], dict(call.get("args") or {})))
                    for piece in call.get("partialArgs", []):
                        kind = next(k for k in ("stringValue", "numberValue", "boolValue", "nullValue") if k in piece)
                        value = None if kind == "nullValue" else piece[kind]
                        _place(calls[-1][1], piece["jsonPath"], value, append=open_path == piece["jsonPath"])
                        open_path = piece["jsonPath"] if piece.get("willContinue") else None
                elif not part.get("thought"):
                    content += part.get("text", "")
    finish = "content_filter" if reason in _BLOCKED else "length" if reason == "MAX_TOKENS" else "stop"
    thought = usage.get("thoughtsTokenCount", 0)
    counted = (
        usage.get("promptTokenCount", 0) + usage.get("toolUsePromptTokenCount", 0),
        usage.get("candidatesTokenCount", 0) + thought,
        usage.get("cachedContentTokenCount", 0),
        thought,
    )
    return Expected(
        content, list(calls), "tool_calls" if calls and finish == "stop" else finish, counted if usage else None
    )


def _response(answer: dict[str, Any]) -> Expected:
    content = ""
    calls = []
    for item in answer["output"]:
        if item["type"] == "message":
            content += "".join(part.get("text", "") for part in item["content"])
        elif item["type"] == "function_call":
            calls.append((item["name"], _arguments(item["arguments"])))
        elif item["type"] == "custom_tool_call":
            calls.append((item["name"], item["input"]))
    usage = answer["usage"]
    counted = None
    if usage:
        cached = (usage.get("input_tokens_details") or {}).get("cached_tokens") or 0
        reasoning = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
        counted = (usage["input_tokens"], usage["output_tokens"], cached, reasoning)
    finish = "tool_calls" if calls else "stop"
    if answer.get("status") == "incomplete":
        finish = "content_filter" if answer["incomplete_details"]["reason"] == "content_filter" else "length"
    return Expected(content, calls, finish, counted)


def _response_stream(events: list[dict[str, Any]]) -> Expected:
    """The completed response; where its text is another than what was streamed, the streamed one counts, for it was said."""
    ends = [event["response"] for event in events if event["type"] in ("response.completed", "response.incomplete")]
    said: dict[str, str] = {}
    for event in events:
        if event["type"] == "response.output_text.delta":
            said[event["item_id"]] = said.get(event["item_id"], "") + event["delta"]
    whole = _response({**ends[-1], "output": [item for end in ends for item in end["output"]]})
    content = ""
    for item in (item for end in ends for item in end["output"] if item["type"] == "message"):
        text = "".join(part.get("text", "") for part in item["content"])
        streamed = said.get(item["id"], "")
        content += text if text.startswith(streamed) else streamed
    return whole._replace(content=content)
