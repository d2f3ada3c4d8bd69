"""A schema is put into a provider's words once, and kept within a bound of bytes."""

import json

import msgspec
import pytest

from routing.providers import PROVIDERS, Target
from routing.wire import kept_schemas
from routing.wire.kept_schemas import KeptSchemas
from tests.routing.wire.doors import CHAT, decode

CITY = {"type": "object", "properties": {"name": {"type": "string", "minLength": 1}}, "required": ["name"]}


class Asked:
    """Counts how often it converts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, schema):
        self.times += 1
        return {"made": schema}


def test_the_same_schema_is_converted_once():
    asked = Asked()
    kept = KeptSchemas(asked)
    first = kept({"type": "object", "title": "a"})
    assert kept({"type": "object", "title": "a"}) is first
    assert msgspec.json.decode(first) == {"made": {"type": "object", "title": "a"}}
    assert asked.times == 1


@pytest.mark.parametrize(
    ("one", "other"), [({"a": 1}, {"a": 1.0}), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({"a": True}, {"a": 1})]
)
def test_what_is_alike_to_python_is_not_the_same(one, other):
    asked = Asked()
    kept = KeptSchemas(asked)
    assert bytes(kept(one)) != bytes(kept(other))
    assert asked.times == 2


def test_the_schema_that_was_not_used_for_longest_gives_way():
    asked = Asked()
    one, two, three = ({"title": letter * 40} for letter in "abc")
    size = len(msgspec.json.encode(one)) + len(msgspec.json.encode({"made": one}))
    kept = KeptSchemas(asked, most_bytes=2 * size)
    for schema in (one, two, one, three, one):
        kept(schema)
    assert asked.times == 3
    kept(two)
    assert asked.times == 4


def test_a_schema_larger_than_the_bound_is_converted_each_time(monkeypatch):
    monkeypatch.setattr(kept_schemas, "LARGEST_BYTES", 50)
    asked = Asked()
    kept = KeptSchemas(asked)
    for _ in range(2):
        assert len(kept({"title": "x" * 60})) > 60
    assert asked.times == 2


@pytest.mark.parametrize("kind", ["google", "anthropic"])
def test_a_call_that_repeats_tools_says_the_same_again(kind):
    tool = {"type": "function", "function": {"name": "look", "parameters": CITY, "strict": True}}
    form = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "tools": [tool], "response_format": form}
    target = Target("p", kind, "https://example.org", "some-model")
    first, second = (PROVIDERS[kind].encode(decode(CHAT, body), target, stream=False) for _ in range(2))
    assert first == second
    written = json.loads(first)
    name = "minLength"
    assert name not in json.dumps(written["tools"]).replace(f"{{{name}", "")
    assert f"{{{name}: 1}}" in json.dumps(written)
