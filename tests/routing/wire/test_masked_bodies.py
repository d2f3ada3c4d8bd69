"""A masked word is put where it stands in the body of another format, and no other place of the body keeps it."""

import base64
import json
from typing import Any

import pytest

from routing.calls import read_surfaces, replace_surfaces
from routing.providers import PROVIDERS, Target
from tests.routing.wire.doors import GOOGLE, MESSAGES, RESPONSES, Door, decode

MAIL, MASK = "jane.doe@example.com", "[MAIL]"


def leaves(door: Door, body: dict[str, Any]) -> Any:
    """What the provider gets once every text with the address is masked."""
    request = decode(door, body)
    texts = {
        found.location: found.text.replace(MAIL, MASK)
        for found in read_surfaces(request).surfaces
        if MAIL in found.text
    }
    masked = replace_surfaces(request, texts)
    target = Target("p", door.whole.kind, "https://example.org", "m", max_output_tokens=9)
    sent = PROVIDERS[door.whole.kind].encode(masked, target, stream=False)
    assert MAIL.encode() not in sent
    return json.loads(sent)


def data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def turns(*contents: Any, **fields: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[index % 2], "content": content} for index, content in enumerate(contents)]
    return {"model": "m", "max_tokens": 5, "messages": messages, **fields}


CALL = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"n": 1.0, "to": [MAIL], "input": {"a": MAIL}}}
TEXT = {"type": "text", "text": "w"}
FILES = [
    {"type": "document", "source": {"type": "base64", "media_type": "text/plain", "data": data(f"see {MAIL}")}},
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": f"see {MAIL}"}, "title": MAIL},
]
BODIES = [
    (MESSAGES, turns(MAIL)),
    (MESSAGES, turns([TEXT], [CALL], [{"type": "tool_result", "tool_use_id": "toolu_1", "content": f"to {MAIL}"}])),
    (MESSAGES, turns(FILES)),
    (MESSAGES, turns("q", [{"type": "thinking", "thinking": f"of {MAIL}", "signature": "c2ln"}, TEXT], "w")),
    (MESSAGES, turns("q", system=[{"type": "text", "text": MAIL, "cache_control": {"type": "ephemeral"}}], metadata={"user_id": MAIL})),
    (MESSAGES, turns([{"type": "search_result", "title": MAIL, "content": [{"type": "text", "text": MAIL}]}], unknown={"a": [MAIL]})),
    (GOOGLE, {"contents": {"role": "user", "parts": {"text": MAIL}}, "systemInstruction": MAIL}),
    (GOOGLE, {"contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "text/plain", "data": data(MAIL)}}]}]}),
    (RESPONSES, {"model": "m", "input": f"to {MAIL}", "instructions": MAIL}),
    (RESPONSES, {"model": "m", "input": [{"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": f'{{ "a": "{MAIL}"}}'}, {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": MAIL}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("door", "body"), BODIES)
def test_each_place(door, body):
    said = json.dumps(body).replace(MAIL, MASK)
    for text in (MAIL, f"see {MAIL}"):
        said = said.replace(data(text), data(text.replace(MAIL, MASK)))
    assert leaves(door, body) == json.loads(said)


def test_a_name_that_reads_like_a_masked_text_is_masked_too():
    sent = leaves(MESSAGES, turns(MAIL, [{"type": "tool_use", "id": "toolu_1", "name": "f", "input": {MAIL: 1}}], "w"))
    assert sent["messages"][1]["content"][-1]["input"] == {MASK: 1}


def test_a_word_over_two_blocks_is_masked():
    unsigned = [{"type": "thinking", "thinking": part, "signature": ""} for part in (MAIL[:9], MAIL[9:])]
    leaves(MESSAGES, turns("q", [*unsigned, TEXT], "w"))
