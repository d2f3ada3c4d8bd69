"""Whatever stands in a request, guards read it: a mark is put in the place of every text and number and under every name, one at a time."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, compile_enforcement
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.guards.topics import Topics
from govern.policy.conditions import compile_condition
from routing.calls import InvalidRequest, Surface, decode_embeddings, input_surfaces
from tests.routing.wire import samples
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES

MARK = "AKIA" + "Q7WZ4NTR2LKD8MXB"
WORDS = "project nightingale"
CARD_LIKE = 4929_1234_5678_9012

UNREAD = {("model",)}
"""The one place that is not read: a name that must be one of the catalogue's, and is not sent on."""

Path = tuple[str | int, ...]


class Sample(NamedTuple):
    name: str
    body: dict[str, Any]
    read: Callable[[bytes, bool], tuple[list[Surface], str]]
    """The surfaces of a body, and all that could be sent on of it."""


def _door(door: Any) -> Callable[[bytes, bool], tuple[list[Surface], str]]:
    def read(body: bytes, streamed: bool) -> tuple[list[Surface], str]:
        format_ = door.streamed if streamed else door.whole
        request = format_.decode(body, door.stream_path if streamed else door.path)
        native = json.loads(request.native.body) if request.native else None
        return input_surfaces(request), json.dumps([request.tree, native])

    return read


def _embeddings(body: bytes, streamed: bool) -> tuple[list[Surface], str]:
    request = decode_embeddings(body)
    return request.surfaces(), json.dumps(request.tree)


SAMPLES = [
    Sample("chat", samples.CHAT, _door(CHAT)),
    Sample("responses", samples.RESPONSES, _door(RESPONSES)),
    Sample("messages", samples.MESSAGES, _door(MESSAGES)),
    Sample("google", samples.GOOGLE, _door(GOOGLE)),
    Sample("embeddings", samples.EMBEDDINGS, _embeddings),
]
by_door = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


@pytest.fixture(scope="module")
def guards() -> Enforcement:
    policy = GuardPolicyBody(
        name="marks",
        time_limit_ms=2_000,
        guards=(Secrets(), Topics(terms=(WORDS,), patterns=(r"\b4929\d{12}\b",), action="block")),
    )
    return compile_enforcement([(policy.name, policy)], compile_condition=compile_condition)


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every object, text and number of a body with its path."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))
    elif not isinstance(value, bool) and value is not None:
        yield path, value


def planted(body: dict[str, Any], path: Path, change: Callable[[Any], Any]) -> bytes:
    """The body with what stands at a path changed."""
    copy = json.loads(json.dumps(body))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = change(place[path[-1]])
    else:
        copy = change(copy)
    return json.dumps(copy, separators=(",", ":")).encode()


def unread(
    sample: Sample,
    guards: Enforcement,
    path: Path,
    change: Callable[[Any], Any],
    *,
    streams: tuple[bool, ...] = (False,),
) -> bool:
    """Whether a mark at a path would be sent on unread."""
    body = planted(sample.body, path, change)
    passed = False
    for streamed in streams:
        given = (
            json.dumps({**json.loads(body), "stream": True}).encode() if streamed and sample.name != "google" else body
        )
        try:
            surfaces, sent = sample.read(given, streamed)
        except InvalidRequest:
            continue  # nothing is sent
        if any(mark in sent for mark in (MARK, "nightingale", str(CARD_LIKE))):
            passed |= guards.inspect_input(surfaces, {}).action != "block"
    return passed


@by_door
@pytest.mark.parametrize("mark", [MARK, WORDS], ids=["secret", "words"])
def test_every_text(sample: Sample, mark: str, guards: Enforcement) -> None:
    texts = [path for path, value in places(sample.body) if isinstance(value, str) and path not in UNREAD]
    assert len(texts) > 4
    assert [path for path in texts if unread(sample, guards, path, lambda old: mark, streams=(False, True))] == []


@by_door
def test_every_text_that_is_longer_than_its_mark(sample: Sample, guards: Enforcement) -> None:
    texts = [path for path, value in places(sample.body) if isinstance(value, str) and path not in UNREAD]
    long = f"{'word ' * 60}{WORDS}\n{'word ' * 600}"
    assert [path for path in texts if unread(sample, guards, path, lambda old: long)] == []


@by_door
@pytest.mark.parametrize("inner", ["x", {"a": "b"}, [1], None, True], ids=lambda inner: type(inner).__name__)
def test_every_name(sample: Sample, inner: Any, guards: Enforcement) -> None:
    objects = [path for path, value in places(sample.body) if isinstance(value, dict)]
    assert [path for path in objects if unread(sample, guards, path, lambda old: {**old, MARK: inner})] == []


@pytest.mark.long
@by_door
def test_every_unknown_field(sample: Sample, guards: Enforcement) -> None:
    objects = [path for path, value in places(sample.body) if isinstance(value, dict)]
    fields = ("zz", "data", "signature", "id", "encrypted_content", "file_data", "format", "status", "kind", "url")
    for name in fields:
        free = [path for path in objects if name not in dict(places(sample.body))[path]]
        for said in (MARK, f"data:{MARK}", WORDS, f"data:\n{WORDS.replace(' ', chr(10))}"):
            passed = [path for path in free if unread(sample, guards, path, lambda old, n=name, s=said: {**old, n: s})]
            assert passed == [], (name, said)


@by_door
def test_every_number(sample: Sample, guards: Enforcement) -> None:
    numbers = [path for path, value in places(sample.body) if isinstance(value, int | float)]
    assert [path for path in numbers if unread(sample, guards, path, lambda old: CARD_LIKE)] == []
    objects = [path for path, value in places(sample.body) if isinstance(value, dict)]
    assert [path for path in objects if unread(sample, guards, path, lambda old: {**old, "zz": CARD_LIKE})] == []


@by_door
def test_every_list_can_hold_more(sample: Sample, guards: Enforcement) -> None:
    lists = [path[:-1] for path, _ in places(sample.body) if path and path[-1] == 0]
    for more in (MARK, {"type": "text", "text": WORDS}, {"zz": {"zz": MARK}}, CARD_LIKE, [MARK]):
        passed = [path for path in lists if unread(sample, guards, path, lambda old, m=more: [*old, m])]
        assert passed == [], more
