"""A body that came in through a door and goes out to a provider of the same format says the same, also when it is written anew."""

import json
import re
from typing import Any

from hypothesis import given, settings

from routing.calls import ChatRequest, chat_request
from routing.providers import PROVIDERS, Target
from tests.routing.wire.bodies import google_bodies, messages_bodies, responses_bodies
from tests.routing.wire.doors import GOOGLE, MESSAGES, RESPONSES, Door, decode


def written_anew(door: Door, request: ChatRequest) -> Any:
    """What the provider would send if a guard had changed something."""
    target = Target("p", door.whole.kind, "https://example.org", request.model, max_output_tokens=100_000)
    return json.loads(PROVIDERS[door.whole.kind].encode(chat_request(request.tree), target, stream=False))


@given(body=messages_bodies())
@settings(max_examples=200, deadline=None)
def test_messages(body):
    written = written_anew(MESSAGES, decode(MESSAGES, body))
    if "tools" not in body and "tools" in written:  # Anthropic wants what was called before to be defined
        assert written.pop("tool_choice") == {"type": "none"}
        del written["tools"]
    assert written == body


@given(body=responses_bodies())
@settings(max_examples=200, deadline=None)
def test_responses(body):
    if "tools" not in body:
        body.pop("parallel_tool_calls", None)  # which says nothing then, and is not sent
    request = decode(RESPONSES, body)
    again = decode(RESPONSES, written_anew(RESPONSES, request))
    assert again.tree == request.tree


@given(body=google_bodies())
@settings(max_examples=200, deadline=None)
def test_google(body):
    request = decode(GOOGLE, body)
    assert decode(GOOGLE, written_anew(GOOGLE, request)).tree == request.tree


@given(body=messages_bodies() | responses_bodies() | google_bodies())
@settings(max_examples=150, deadline=None)
def test_what_fits_goes_as_it_came(body):
    door = RESPONSES if "input" in body else GOOGLE if "contents" in body else MESSAGES
    request = decode(door, body)
    assert request.native is not None
    assert request.native.kind == door.whole.kind
    sent = json.dumps(body, separators=(",", ":"))
    plain = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    assert request.native.body == (plain if re.search(r"\\ud[89ab]", sent) else sent).encode()
