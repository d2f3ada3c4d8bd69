"""Answers that hold every field that the formats document, and one that none does, whole and as the events of a stream.

`planted` puts something into one place after the other: each string, each number, each name of a field.
"""

import base64
from collections.abc import Iterator
from typing import Any, NamedTuple

Tree = Any
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(200))).decode()
SEALED = base64.b64encode(bytes((index * 73 + 41) % 256 for index in range(160))).decode()
NEW = {"note": "new", "deep": [{"more": "new", "count": 7}], "list": [1, 2, 3]}
LOGPROBS = {
    "content": [
        {
            "token": "Fine",
            "logprob": -0.25,
            "bytes": [70, 105, 110, 101],
            "top_logprobs": [{"token": "Well", "logprob": -1.5, "bytes": [87, 101, 108, 108]}],
        },
        {"token": ".", "logprob": -0.5, "bytes": [46], "top_logprobs": []},
    ],
    "refusal": None,
}
CHAT_USAGE = {
    "prompt_tokens": 9,
    "completion_tokens": 3,
    "total_tokens": 12,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0, "tier": "x"},
    "completion_tokens_details": {"reasoning_tokens": 1, "audio_tokens": 0},
}
CITATION = {
    "type": "url_citation",
    "url_citation": {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 4},
}
CALL = {
    "id": "call_7",
    "type": "function",
    "function": {"name": "look", "arguments": '{"at": "sky"}'},
    "extra_content": {"google": {"thought_signature": SEALED}},
}
CUSTOM = {"id": "call_8", "type": "custom", "custom": {"name": "write", "input": "plainly"}}


def chat() -> Tree:
    message = {
        "role": "assistant",
        "content": "Fine.",
        "refusal": "no",
        "reasoning_content": "so it is",
        "reasoning_details": [{"type": "reasoning.text", "text": "so", "signature": SEALED, "index": 0}],
        "tool_calls": [CALL, CUSTOM],
        "function_call": {"name": "old", "arguments": "{}"},
        "images": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}],
        "audio": {"id": "audio_1", "data": SEALED, "transcript": "spoken", "expires_at": 1_760_000_000},
        "annotations": [CITATION],
        "new_field": NEW,
    }
    choice = {"index": 0, "message": message, "logprobs": LOGPROBS, "finish_reason": "stop", "new_field": NEW}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_760_000_000, "model": "upstream"}
    beside = {"service_tier": "default", "system_fingerprint": "fp_1", "new_field": NEW}
    return {**head, "choices": [choice], "usage": CHAT_USAGE, **beside}


def chat_events() -> list[Tree]:
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "so it is"},
        {"reasoning_details": [{"type": "reasoning.text", "text": "so", "signature": SEALED, "index": 0}]},
        {"content": "Fine"},
        {"content": "."},
        {"refusal": "no"},
        {"audio": {"id": "audio_1", "transcript": "spo"}},
        {"audio": {"transcript": "ken", "data": SEALED, "expires_at": 1_760_000_000}},
        {"images": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]},
        {"annotations": [CITATION]},
        {"new_field": NEW},
        {"tool_calls": [{**CALL, "index": 0, "function": {"name": "look", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"at": "sky"}'}}]},
        {"tool_calls": [{**CUSTOM, "index": 1}]},
    ]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "upstream"}
    beside = {"service_tier": "default", "system_fingerprint": "fp_1", "obfuscation": "a8", "new_field": NEW}
    events: list[Tree] = [
        {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}], **beside}
        for delta in deltas
    ]
    events[3]["choices"][0]["logprobs"] = LOGPROBS
    ended = {"index": 0, "delta": {}, "finish_reason": "stop", "new_field": NEW}
    return [*events, {**head, "choices": [ended], **beside}, {**head, "choices": [], "usage": CHAT_USAGE}]


BLOCKS: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": "so it is", "signature": SEALED},
    {"type": "redacted_thinking", "data": SEALED},
    {
        "type": "text",
        "text": "Fine.",
        "citations": [
            {
                "type": "web_search_result_location",
                "url": "https://a.example",
                "title": "A",
                "cited_text": "fine",
                "encrypted_index": SEALED,
            },
            {
                "type": "char_location",
                "cited_text": "fine",
                "document_index": 0,
                "document_title": "D",
                "start_char_index": 0,
                "end_char_index": 4,
                "file_id": "file_1",
            },
        ],
        "new_field": NEW,
    },
    {"type": "tool_use", "id": "toolu_7", "name": "look", "input": {"at": "sky", "n": 3}, "new_field": NEW},
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {
                "type": "web_search_result",
                "url": "https://a.example",
                "title": "A",
                "encrypted_content": SEALED,
                "page_age": "1 day",
            }
        ],
    },
    {"type": "new_block", **NEW},
]
ANTHROPIC_USAGE = {
    "input_tokens": 9,
    "output_tokens": 3,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
    "service_tier": "standard",
    "server_tool_use": {"web_search_requests": 1},
    "new_field": NEW,
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "upstream",
    "stop_sequence": None,
    "usage": ANTHROPIC_USAGE,
    "new_field": NEW,
}


def message() -> Tree:
    ended = {"stop_reason": "stop_sequence", "stop_sequence": "END", "stop_details": {"type": "x", "explanation": "y"}}
    return {**MESSAGE, "content": BLOCKS, **ended, "container": {"id": "c_1", "expires_at": "2026-01-01"}}


def message_events() -> list[Tree]:
    events: list[Tree] = [{"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}}]
    events += [{"type": "ping"}, {"type": "new_event", **NEW}]
    for index, block in enumerate(BLOCKS):
        events += [{**event, "index": index} for event in _block_events(block)]
    ended = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
    events.append({"type": "message_delta", "delta": ended, "usage": ANTHROPIC_USAGE, "new_field": NEW})
    return [*events, {"type": "message_stop"}]


def plain_message_events() -> list[Tree]:
    """A stream that passes as it came."""
    usage = {"input_tokens": 9, "output_tokens": 3, "service_tier": "standard"}
    start = {**MESSAGE, "content": [], "stop_reason": None, "usage": usage}
    del start["new_field"]
    events: list[Tree] = [{"type": "message_start", "message": start}]
    for index, block in enumerate([BLOCKS[0], BLOCKS[1], {"type": "text", "text": "Fine."}]):
        events += [{**event, "index": index} for event in _block_events(block)]
    ended = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
    return [*events, {"type": "message_delta", "delta": ended, "usage": usage}, {"type": "message_stop"}]


def _block_events(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    begun, deltas = dict(block), []
    if block["type"] == "text":
        begun = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in ("Fi", "ne.")]
        deltas += [{"type": "citations_delta", "citation": found} for found in block.get("citations", ())]
    elif block["type"] == "thinking":
        begun = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": "so it is"}, {"type": "signature_delta", "signature": SEALED}]
    elif "input" in block:
        begun["input"] = {}
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ('{"at": ', '"sky"}')]
    elif block["type"] == "new_block":
        deltas = [{"type": "new_delta", "note": "new"}]
    yield {"type": "content_block_start", "content_block": begun}
    for delta in deltas:
        yield {"type": "content_block_delta", "delta": delta}
    yield {"type": "content_block_stop"}


GOOGLE_USAGE = {
    "promptTokenCount": 9,
    "candidatesTokenCount": 3,
    "totalTokenCount": 12,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
    "trafficType": "ON_DEMAND",
    "new_field": NEW,
}
PARTS: list[dict[str, Any]] = [
    {"text": "so it is", "thought": True, "thoughtSignature": SEALED},
    {"text": "Fine.", "thoughtSignature": SEALED, "new_field": NEW},
    {"inlineData": {"mimeType": "image/png", "data": PNG}},
    {"functionCall": {"id": "fc_7", "name": "look", "args": {"at": "sky", "n": 3}}, "thoughtSignature": SEALED},
    {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
    {"newPart": NEW},
]
BESIDE_GOOGLE: dict[str, Any] = {
    "safetyRatings": [{"category": "HARM_CATEGORY_HATE_SPEECH", "probability": "NEGLIGIBLE", "probabilityScore": 0.1}],
    "citationMetadata": {"citationSources": [{"uri": "https://a.example", "license": "mit", "startIndex": 0}]},
    "groundingMetadata": {
        "webSearchQueries": ["sky"],
        "groundingChunks": [{"web": {"uri": "https://a.example", "title": "A", "domain": "a.example"}}],
        "groundingSupports": [{"segment": {"text": "Fine", "endIndex": 4}, "confidenceScores": [0.9]}],
        "searchEntryPoint": {"renderedContent": "<b>sky</b>", "sdkBlob": base64.b64encode(b'[["sky","x"]]').decode()},
    },
    "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://a.example", "urlRetrievalStatus": "x"}]},
    "avgLogprobs": -0.5,
    "tokenCount": 3,
    "logprobsResult": {
        "chosenCandidates": [{"token": "Fine.", "tokenId": 7, "logProbability": -0.5}],
        "topCandidates": [{"candidates": [{"token": "Well.", "tokenId": 8, "logProbability": -1.5}]}],
    },
    "finishMessage": "it was enough",
    "newField": NEW,
}
GOOGLE_HEAD = {"modelVersion": "upstream", "responseId": "r_1", "createTime": "2026-01-01T00:00:00Z", "newField": NEW}


def generate() -> Tree:
    candidate = {
        "content": {"parts": PARTS, "role": "model"},
        "finishReason": "MAX_TOKENS",
        "index": 0,
        **BESIDE_GOOGLE,
    }
    return {"candidates": [candidate], "usageMetadata": GOOGLE_USAGE, **GOOGLE_HEAD}


def generate_events() -> list[Tree]:
    events: list[Tree] = [
        {
            "candidates": [{"content": {"parts": [part], "role": "model"}, "index": 0}],
            "usageMetadata": GOOGLE_USAGE,
            **GOOGLE_HEAD,
        }
        for part in PARTS
    ]
    last = {"content": {"parts": [{"text": " So."}], "role": "model"}, "finishReason": "MAX_TOKENS", "index": 0}
    return [*events, {"candidates": [{**last, **BESIDE_GOOGLE}], "usageMetadata": GOOGLE_USAGE, **GOOGLE_HEAD}]


def plain_generate_events() -> list[Tree]:
    """A stream that passes as it came."""
    usage = {name: value for name, value in GOOGLE_USAGE.items() if name != "new_field"}
    head = {name: value for name, value in GOOGLE_HEAD.items() if name != "newField"}
    ratings = BESIDE_GOOGLE["safetyRatings"]
    candidate = {"content": {"parts": [PARTS[0]], "role": "model"}, "index": 0, "safetyRatings": ratings}
    last = {"content": {"parts": [{"text": "Fine."}], "role": "model"}, "finishReason": "STOP", "index": 0}
    return [{"candidates": [found], "usageMetadata": usage, **head} for found in (candidate, last)]


ITEMS: list[dict[str, Any]] = [
    {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "so it is"}],
        "encrypted_content": SEALED,
    },
    {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "sky"}},
    {
        "type": "message",
        "id": "msg_1",
        "status": "completed",
        "role": "assistant",
        "content": [
            {
                "type": "output_text",
                "text": "Fine.",
                "annotations": [
                    {
                        "type": "url_citation",
                        "url": "https://a.example",
                        "title": "A",
                        "start_index": 0,
                        "end_index": 4,
                    },
                    {"type": "file_citation", "file_id": "file_1", "filename": "f", "index": 0},
                ],
                "logprobs": LOGPROBS["content"],
                "new_field": NEW,
            },
            {"type": "refusal", "refusal": "no"},
        ],
        "new_field": NEW,
    },
    {
        "type": "function_call",
        "id": "fc_1",
        "call_id": "call_7",
        "name": "look",
        "arguments": '{"at": "sky"}',
        "status": "completed",
    },
    {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_8", "name": "write", "input": "plainly"},
    {
        "type": "image_generation_call",
        "id": "ig_1",
        "status": "completed",
        "result": PNG,
        "output_format": "png",
        "revised_prompt": "a sky",
    },
    {"type": "code_interpreter_call", "id": "ci_1", "code": "print(1)", "outputs": [{"type": "logs", "logs": "1"}]},
    {"type": "new_item", **NEW},
]
RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1_760_000_000,
    "status": "completed",
    "model": "upstream",
    "error": None,
    "incomplete_details": None,
    "instructions": "be brief",
    "metadata": {"case": "x"},
    "tools": [
        {
            "type": "function",
            "name": "look",
            "description": "looks",
            "parameters": {"properties": {"at": {"type": "string"}}},
        }
    ],
    "service_tier": "default",
    "usage": {
        "input_tokens": 9,
        "output_tokens": 3,
        "total_tokens": 12,
        "output_tokens_details": {"reasoning_tokens": 1},
        "input_tokens_details": {"cached_tokens": 0},
    },
    "new_field": NEW,
}


def response() -> Tree:
    return {**RESPONSE, "output": ITEMS}


def response_events() -> list[Tree]:
    begun = {**RESPONSE, "status": "in_progress", "output": [], "usage": None}
    events: list[Tree] = [{"type": "response.created", "response": begun}, {"type": "response.new_event", **NEW}]
    for index, item in enumerate(ITEMS):
        place = {"output_index": index, "item_id": item.get("id", "i")}
        events.append({"type": "response.output_item.added", **place, "item": {**item, **_BEGUN.get(item["type"], {})}})
        if item["type"] == "reasoning":
            events.append(
                {"type": "response.reasoning_summary_text.delta", **place, "summary_index": 0, "delta": "so it is"}
            )
        elif item["type"] == "message":
            logprobs = LOGPROBS["content"]
            events.append(
                {
                    "type": "response.output_text.delta",
                    **place,
                    "content_index": 0,
                    "delta": "Fine.",
                    "logprobs": logprobs,
                }
            )
            events += [
                {
                    "type": "response.output_text.annotation.added",
                    **place,
                    "annotation": found,
                    "annotation_index": number,
                }
                for number, found in enumerate(item["content"][0]["annotations"])
            ]
            events.append({"type": "response.refusal.delta", **place, "content_index": 1, "delta": "no"})
        elif item["type"] == "function_call":
            events.append({"type": "response.function_call_arguments.delta", **place, "delta": item["arguments"]})
        events.append({"type": "response.output_item.done", **place, "item": item})
    return [*events, {"type": "response.completed", "response": response()}]


_BEGUN: dict[str, dict[str, Any]] = {
    "reasoning": {"summary": [], "encrypted_content": None},
    "message": {"content": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
    "image_generation_call": {"result": None},
}
WHOLE = {
    "openai": chat,
    "openai_compatible": chat,
    "anthropic": message,
    "google": generate,
    "openai_responses": response,
}
STREAMED = {
    "openai": [chat_events],
    "openai_compatible": [chat_events],
    "anthropic": [message_events, plain_message_events],
    "google": [generate_events, plain_generate_events],
    "openai_responses": [response_events],
}


class Plant(NamedTuple):
    """An answer with something in one place. `place` is the path without positions in lists; a field's new name ends it in `#name`."""

    place: str
    tree: Tree


def planted(tree: Tree, text: str, number: int) -> Iterator[Plant]:
    """The answer as many times as it has places."""
    for path, kind in _places(tree, ()):
        yield Plant(_place(path, kind), _with(tree, path, kind, text, number))


def _place(path: tuple[str | int, ...], kind: str) -> str:
    steps = [step for step in path if isinstance(step, str)]
    return ".".join([*steps, "#name"] if kind == "name" else steps)


def _places(tree: Tree, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(tree, dict):
        for key, item in tree.items():
            yield (*path, key), "name"
            yield from _places(item, (*path, key))
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _places(item, (*path, index))
    elif isinstance(tree, str):
        yield path, "text"
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield path, "number"


def _with(tree: Tree, path: tuple[str | int, ...], kind: str, text: str, number: int) -> Tree:
    if not path:
        return text if kind == "text" else number
    step, rest = path[0], path[1:]
    if isinstance(tree, list):
        return [_with(item, rest, kind, text, number) if index == step else item for index, item in enumerate(tree)]
    if not rest and kind == "name":
        return {text if key == step else key: item for key, item in tree.items()}
    return {key: _with(item, rest, kind, text, number) if key == step else item for key, item in tree.items()}
