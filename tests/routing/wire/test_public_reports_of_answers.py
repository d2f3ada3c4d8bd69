"""Reported kinds of faults: answers of one kind of provider at the doors of others."""

import json
from typing import Any

import pytest

from routing.providers import PROVIDERS
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, Door, encode
from tests.routing.wire.reports import Tree, at

COUNTED = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def gpt(message: Tree, reason: str | None = "stop", **beside: Any) -> Tree:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
    return {"id": "c", "choices": [choice], "usage": COUNTED, **beside}


def claude(*content: Tree, reason: str = "end_turn", **beside: Any) -> Tree:
    usage = {
        "input_tokens": 5,
        "output_tokens": 2,
        "cache_read_input_tokens": 10,
        "cache_creation_input_tokens": 20,
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "c", "content": list(content)}
    return {**message, "stop_reason": reason, "stop_sequence": None, "usage": usage, **beside}


def gemini(*parts: Tree, reason: str = "STOP", **beside: Any) -> Tree:
    counted = {"promptTokenCount": 9, "candidatesTokenCount": 2, "cachedContentTokenCount": 3, "thoughtsTokenCount": 4}
    candidate = {"content": {"parts": list(parts), "role": "model"}, "finishReason": reason, "index": 0}
    return {"candidates": [candidate], "usageMetadata": counted, **beside}


def response(*output: Tree, **beside: Any) -> Tree:
    usage = {"input_tokens": 5, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 3}}
    return {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "output": list(output),
        "usage": usage,
        **beside,
    }


def said(*parts: Tree) -> Tree:
    return {"type": "message", "role": "assistant", "content": list(parts)}


SNAKE = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [{"function_call": {"name": "look", "args": {"at_once": 1}}, "thought_signature": "S"}],
            },
            "finish_reason": "STOP",
        }
    ],
    "usage_metadata": {"prompt_token_count": 5, "candidates_token_count": 2},
}
SPLIT = {
    "choices": [
        {"message": {"role": "assistant", "content": "I look."}, "finish_reason": "tool_calls"},
        {"message": {"role": "assistant", "content": None, "tool_calls": [CALL]}, "finish_reason": "tool_calls"},
    ],
    "usage": COUNTED,
}
CITED = {
    "type": "text",
    "text": "So.",
    "citations": [
        {"type": "web_search_result_location", "url": "u", "title": "t", "cited_text": "c", "encrypted_index": "E"}
    ],
}
CANNOT = {"type": "text", "text": "I can't."}
SEARCH = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}


@pytest.mark.parametrize(
    ("what", "kind", "answer", "door", "stands"),
    [
        ("nothing is said", "openai", gpt({"content": None}), MESSAGES, {"content": [], "stop_reason": "end_turn"}),
        ("nothing is said", "google", gemini(), CHAT, {"choices[0].message.content": ""}),
        ("nothing is said", "anthropic", claude(), RESPONSES, {"output": [], "status": "completed"}),
        ("nothing is said", "openai_responses", response(), GOOGLE, {"candidates[0].finishReason": "STOP"}),
        (
            "no content at all",
            "google",
            {"candidates": [{"finishReason": "STOP"}]},
            CHAT,
            {"choices[0].message.content": ""},
        ),
        (
            "refused",
            "openai",
            gpt({"content": None, "refusal": "No."}),
            RESPONSES,
            {"output[0].content[0].refusal": "No."},
        ),
        ("refused", "openai", gpt({"content": None, "refusal": "No."}), MESSAGES, {"content[0].text": "No."}),
        (
            "refused",
            "anthropic",
            claude(CANNOT, reason="refusal"),
            CHAT,
            {"choices[0].finish_reason": "content_filter"},
        ),
        (
            "refused",
            "anthropic",
            claude(CANNOT, reason="refusal"),
            RESPONSES,
            {"incomplete_details.reason": "content_filter"},
        ),
        ("blocked for safety", "google", gemini(reason="SAFETY"), MESSAGES, {"stop_reason": "refusal"}),
        (
            "blocked for safety",
            "google",
            gemini(reason="PROHIBITED_CONTENT"),
            CHAT,
            {"choices[0].finish_reason": "content_filter"},
        ),
        (
            "paused",
            "anthropic",
            claude(SEARCH, reason="pause_turn"),
            MESSAGES,
            {"stop_reason": "pause_turn", "content[0].id": "s"},
        ),
        (
            "paused",
            "anthropic",
            claude(SEARCH, reason="pause_turn"),
            CHAT,
            {"choices[0].message.native_blocks[0].block.id": "s"},
        ),
        (
            "window is full",
            "anthropic",
            claude(CANNOT, reason="model_context_window_exceeded"),
            CHAT,
            {"choices[0].finish_reason": "length"},
        ),
        (
            "a call in snake case",
            "google",
            SNAKE,
            CHAT,
            {
                "choices[0].message.tool_calls[0].function.arguments": '{"at_once":1}',
                "choices[0].message.tool_calls[0].extra_content.google.thought_signature": "S",
                "choices[0].finish_reason": "tool_calls",
                "usage.total_tokens": 7,
            },
        ),
        (
            "a call in snake case",
            "google",
            SNAKE,
            GOOGLE,
            {"candidates[0].content.parts[0].functionCall.args": {"at_once": 1}, "candidates[0].finishReason": "STOP"},
        ),
        (
            "text and calls in choices of their own",
            "openai_compatible",
            SPLIT,
            MESSAGES,
            {"content[0].text": "I look.", "content[1].name": "look", "stop_reason": "tool_use"},
        ),
        (
            "cached tokens, counted within",
            "openai",
            gpt({"content": "a"}, usage={**COUNTED, "prompt_tokens_details": {"cached_tokens": 3}}),
            MESSAGES,
            {"usage.input_tokens": 2, "usage.cache_read_input_tokens": 3},
        ),
        (
            "cached tokens, counted apart",
            "anthropic",
            claude(),
            CHAT,
            {"usage.prompt_tokens": 35, "usage.prompt_tokens_details.cached_tokens": 10},
        ),
        (
            "cached tokens, counted apart",
            "anthropic",
            claude(),
            GOOGLE,
            {"usageMetadata.promptTokenCount": 35, "usageMetadata.cachedContentTokenCount": 10},
        ),
        (
            "cached tokens and thoughts",
            "google",
            gemini({"text": "a"}),
            MESSAGES,
            {"usage.input_tokens": 6, "usage.output_tokens": 6, "usage.cache_read_input_tokens": 3},
        ),
        (
            "cached tokens and thoughts",
            "google",
            gemini({"text": "a"}),
            RESPONSES,
            {"usage.output_tokens_details.reasoning_tokens": 4, "usage.total_tokens": 15},
        ),
        ("cited", "anthropic", claude(CITED), CHAT, {"choices[0].message.annotations[0].url_citation.url": "u"}),
        ("cited", "anthropic", claude(CITED), RESPONSES, {"output[0].content[0].annotations[0].type": "url_citation"}),
        (
            "open reasoning",
            "openai_responses",
            response(
                {
                    "type": "reasoning",
                    "id": "rs",
                    "summary": [],
                    "content": [{"type": "reasoning_text", "text": "Hm."}],
                },
                said({"type": "output_text", "text": "a"}),
            ),
            CHAT,
            {"choices[0].message.reasoning_content": "Hm."},
        ),
        (
            "a signature",
            "google",
            gemini({"functionCall": {"name": "look", "args": {}}, "thoughtSignature": "S"}),
            MESSAGES,
            {"content[0].extra_content.google.thought_signature": "S"},
        ),
        (
            "a signature",
            "google",
            gemini({"functionCall": {"name": "look", "args": {}}, "thoughtSignature": "S"}),
            RESPONSES,
            {"output[0].extra_content.google.thought_signature": "S"},
        ),
        (
            "cut off by a filter",
            "openai_responses",
            response(
                said({"type": "output_text", "text": "a"}),
                status="incomplete",
                incomplete_details={"reason": "content_filter"},
            ),
            MESSAGES,
            {"stop_reason": "refusal"},
        ),
    ],
)
def test_a_whole_answer(what: str, kind: str, answer: Tree, door: Door, stands: Tree) -> None:
    told = encode(door, PROVIDERS[kind].read_completion(json.dumps(answer).encode()))
    assert {place: at(told, place) for place in stands} == stands, what
