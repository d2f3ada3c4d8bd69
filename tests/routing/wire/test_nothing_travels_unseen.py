"""Every text of a body is among the surfaces that guards inspect: what a provider of the same format would be sent as it came included."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.calls import InvalidRequest, input_surfaces
from tests.routing.wire.bodies import google_bodies, messages_bodies, responses_bodies
from tests.routing.wire.doors import GOOGLE, MESSAGES, RESPONSES, decode

SECRET = "the hidden words of Eve"
MORE = "and more words of hers"


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Paths of the objects of a body."""
    found = [path] if isinstance(value, dict) else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


def at(body: Any, path: tuple) -> Any:
    for step in path:
        body = body[step]
    return body


def seen(door, body: dict[str, Any], text: str = SECRET) -> bool:
    request = decode(door, body)
    return any(text in surface.text for surface in input_surfaces(request))


@pytest.mark.parametrize(
    ("door", "bodies"),
    [(MESSAGES, messages_bodies()), (RESPONSES, responses_bodies()), (GOOGLE, google_bodies())],
    ids=["messages", "responses", "google"],
)
def test_a_field_that_nobody_knows_is_seen_wherever_it_stands(door, bodies):
    @given(body=bodies, data=st.data())
    @settings(max_examples=150, deadline=None)
    def check(body, data):
        body = json.loads(json.dumps(body))  # strategies share the objects that they are given
        paths = data.draw(st.lists(st.sampled_from(places(body)), min_size=2, max_size=2, unique=True))
        for path, text in zip(paths, (SECRET, MORE), strict=True):
            at(body, path)["note"] = text
        assert seen(door, body, SECRET), paths
        assert seen(door, body, MORE), paths

    check()


@pytest.mark.parametrize(
    ("door", "body"),
    [
        (MESSAGES, {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}], "system": SECRET}),
        (RESPONSES, {"model": "m", "input": "Hi", "instructions": SECRET}),
        (GOOGLE, {"contents": [{"parts": [{"text": "Hi"}]}], "system_instruction": {"parts": [{"text": SECRET}]}}),
        (GOOGLE, {"contents": [{"parts": {"text": SECRET}}]}),
        (RESPONSES, {"model": "m", "input": [{"type": "mcp_approval_response", "reason": SECRET}]}),
        (
            RESPONSES,
            {"model": "m", "input": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": SECRET}]}]},
        ),
        (RESPONSES, {"model": "m", "input": [{"type": "function_call_output", "call_id": "c", "output": SECRET}]}),
    ],
    ids=lambda value: None if isinstance(value, dict) else value.name,
)
def test_less_usual_places(door, body):
    assert seen(door, body)


def test_the_text_of_a_document_is_seen():
    data = base64.b64encode(SECRET.encode()).decode()
    inline = {"inlineData": {"mimeType": "text/markdown", "data": data}}
    assert seen(GOOGLE, {"contents": [{"parts": [inline]}]})


def test_reasoning_that_was_carried_through_another_format_is_seen():
    from routing.calls import ThinkingPart
    from routing.wire.carried_reasoning import pack

    carried = pack([ThinkingPart(thinking=SECRET, signature="c2ln")])
    item = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": carried}
    assert seen(RESPONSES, {"model": "m", "input": [item, {"role": "user", "content": "Go on."}]})


def test_a_key_sent_twice_shows_guard_and_provider_the_same():
    body = (
        b'{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"' + SECRET.encode() + b'","content":"Hi"}]}'
    )
    request = MESSAGES.whole.decode(body, "")
    assert request.native is not None
    assert SECRET.encode() not in request.native.body


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (
            {"systemInstruction": {"parts": []}, "system_instruction": {"parts": [{"text": SECRET}]}},
            "systemInstruction",
        ),
        (
            {"generationConfig": {"maxOutputTokens": 10}, "generation_config": {"max_output_tokens": 9}},
            "generationConfig",
        ),
        ({"generationConfig": {"maxOutputTokens": 10, "max_output_tokens": 9}}, "generationConfig.maxOutputTokens"),
        (
            {
                "contents": [
                    {"parts": [{"inlineData": {"data": "", "mimeType": "a/b"}, "inline_data": {"data": SECRET}}]}
                ]
            },
            "contents[0].parts[0].inlineData",
        ),
    ],
)
def test_a_field_in_two_spellings_is_refused(body, place):
    with pytest.raises(InvalidRequest, match="two spellings") as caught:
        decode(GOOGLE, {"contents": [{"parts": [{"text": "Hi"}]}], **body})
    assert caught.value.param == place


def test_what_is_written_in_snake_case_is_sent_in_camel_case():
    call = {"function_call": {"name": "look", "args": {"at_place": 1, "atPlace": 2}}}
    body = {"contents": [{"role": "model", "parts": [call]}], "generation_config": {"max_output_tokens": 5}}
    request = decode(GOOGLE, body)
    assert request.max_tokens == 5
    assert json.loads(request.native.body) == {
        "contents": [
            {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {"at_place": 1, "atPlace": 2}}}]}
        ],
        "generationConfig": {"maxOutputTokens": 5},
    }
