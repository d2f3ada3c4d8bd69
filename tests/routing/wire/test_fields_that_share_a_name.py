"""A field that a door does not know may be called like one of a chat request: it is left out, and takes nothing along."""

import json
from typing import Any

import pytest

from routing.providers import PROVIDERS
from tests.routing.providers.parties import target
from tests.routing.wire.doors import GOOGLE, RESPONSES, Door, decode

BODIES: list[tuple[Door, dict[str, Any]]] = [
    (RESPONSES, {"model": "gpt-5.4", "input": "Hello", "max_output_tokens": 10}),
    (
        GOOGLE,
        {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}], "generationConfig": {"maxOutputTokens": 10}},
    ),
]
UNKNOWN = [
    {"messages": [{"role": "user", "content": "another"}]},
    {"max_completion_tokens": 5},
    {"max_tokens": 5},
]


@pytest.mark.parametrize("kind", ["openai", "openai_compatible"])
@pytest.mark.parametrize("extra", UNKNOWN, ids=lambda extra: next(iter(extra)))
@pytest.mark.parametrize(("door", "body"), BODIES, ids=lambda value: value.name if isinstance(value, Door) else "")
def test_what_is_left_out_takes_nothing_along(
    door: Door, body: dict[str, Any], extra: dict[str, Any], kind: str
) -> None:
    def sent(asked: dict[str, Any]) -> Any:
        return json.loads(PROVIDERS[kind].encode(decode(door, asked), target(kind), stream=False))

    assert sent({**body, **extra}) == sent(body)
