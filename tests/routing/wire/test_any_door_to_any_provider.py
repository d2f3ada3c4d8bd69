"""A body of any door can be written for any provider, or is refused with a sentence; what only one format knows goes to no other."""

import json

import pytest
from hypothesis import given, settings

from routing.calls import InvalidRequest, chat_request
from routing.providers import PROVIDERS, Target
from tests.routing.wire.bodies import google_bodies, messages_bodies, responses_bodies
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, decode

HI = [{"role": "user", "content": "Hi"}]
TOOL = {"name": "weather", "input_schema": {"type": "object"}, "defer_loading": True}


def target(kind):
    return Target("p", kind, "https://example.org/v1", "some-model", max_output_tokens=8_000)


@pytest.mark.parametrize("kind", list(PROVIDERS))
@given(body=messages_bodies() | responses_bodies() | google_bodies())
@settings(max_examples=60, deadline=None)
def test_written_or_refused(kind, body):
    door = RESPONSES if "input" in body else GOOGLE if "contents" in body else MESSAGES
    request = decode(door, body)
    try:
        written = json.loads(PROVIDERS[kind].encode(request, target(kind), stream=False))
    except InvalidRequest as error:
        assert error.message  # noqa: PT017 - either outcome is right
        return
    assert "native_fields" not in written


@pytest.mark.parametrize("kind", ["openai", "openai_compatible", "openai_responses", "google"])
def test_anthropics_fields_are_named_as_left_out_elsewhere(kind):
    body = {"model": "m", "max_tokens": 5, "messages": HI, "container": "c1", "tools": [TOOL]}
    request = decode(MESSAGES, body)
    assert "container" in PROVIDERS[kind].unsupported(request, target(kind))
    written = PROVIDERS[kind].encode(request, target(kind), stream=False)
    assert b"container" not in written
    if kind != "openai_compatible":  # which passes on what some of its services know
        assert b"defer_loading" not in written


def test_googles_fields_return_to_google_also_when_the_body_is_written_anew():
    settings_ = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]
    body = {
        "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        "safetySettings": settings_,
        "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW", "temperature": 0.5},
    }
    request = chat_request(decode(GOOGLE, body).tree)
    written = json.loads(PROVIDERS["google"].encode(request, target("google"), stream=False))
    assert written["safetySettings"] == settings_
    assert written["generationConfig"] == {"mediaResolution": "MEDIA_RESOLUTION_LOW", "temperature": 0.5}
    assert "safetySettings" in PROVIDERS["anthropic"].unsupported(request, target("anthropic"))


def test_callers_of_chat_completions_cannot_send_fields_past_their_door():
    body = {"model": "m", "messages": HI, "native_fields": {"anthropic": {"container": "c1"}}}
    with pytest.raises(InvalidRequest) as caught:
        CHAT.whole.decode(json.dumps(body).encode(), "")
    assert caught.value.param == "native_fields"
