"""Searches that a provider ran for the model are counted, since they cost apart from tokens."""

import json

import pytest

from routing.providers import PROVIDERS
from routing.wire.events import Event

SEARCH = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {"type": "search", "query": "Taipei"},
}
OPENED = {**SEARCH, "id": "ws_2", "action": {"type": "open_page", "url": "https://example.com"}}
RESPONSE = {
    "status": "completed",
    "output": [SEARCH, OPENED, SEARCH, {"type": "message", "content": [{"type": "output_text", "text": "Warm."}]}],
    "usage": {"input_tokens": 9, "output_tokens": 3},
}
MESSAGE = {
    "type": "message",
    "content": [{"type": "text", "text": "Warm."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 9, "output_tokens": 3, "server_tool_use": {"web_search_requests": 2}},
}
GENERATED = {
    "candidates": [
        {
            "content": {"parts": [{"text": "Warm."}]},
            "finishReason": "STOP",
            "groundingMetadata": {"webSearchQueries": ["Taipei", "weather"]},
        }
    ],
    "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 3},
}
ANSWERS = {"openai_responses": RESPONSE, "anthropic": MESSAGE, "google": GENERATED}
LAST = {
    "openai_responses": {"type": "response.completed", "response": RESPONSE},
    "anthropic": {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": MESSAGE["usage"]},
    "google": GENERATED,
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_whole_and_streamed(kind):
    assert PROVIDERS[kind].read_completion(json.dumps(ANSWERS[kind]).encode()).usage.web_searches == 2
    chunk = PROVIDERS[kind].reader().read(Event("", json.dumps(LAST[kind]).encode()))
    assert chunk.usage.web_searches == 2
