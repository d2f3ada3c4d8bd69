"""Whatever a provider writes into whichever place of an answer: guards see it, or it does not reach the caller.

Every place of every format is tried, through every door, whole and streamed. What may pass unseen stands in one table.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, compile_enforcement
from govern.gateway.streams.inspected_stream import InspectedStream
from govern.gateway.streams.native_stream import NativeStream, events_of
from govern.policy.conditions import compile_condition
from routing.calls import Chunk, read_answer, replace_output_surfaces
from routing.calls.once import with_keys_once
from routing.errors import ProviderError
from routing.providers import PROVIDERS
from routing.wire.events import Event
from routing.wire.interface import NativeEncoder
from tests.govern.gateway.answer_samples import STREAMED, WHOLE, Plant, planted
from tests.routing.wire.doors import CHAT, DOORS, GOOGLE, IDENTITY, MESSAGES, RESPONSES, Door, any_request

SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
TOPIC = "zanzibar harvest plan"
ADDRESS = "jane.doe" + "@example.com"
CARD = 4_111_111_111_111_111
BLOCKING = [
    {"guard": "secrets", "on": ["output"], "action": "block"},
    {"guard": "topics", "on": ["output"], "action": "block", "terms": [TOPIC]},
    {"guard": "pii", "on": ["output"], "types": ["credit_card"], "action": "block"},
]
REDACTING = [
    {"guard": "pii", "on": ["output"], "types": ["email", "credit_card"], "action": "redact"},
    {"guard": "topics", "on": ["output"], "action": "redact", "terms": [TOPIC]},
]
UNSEEN = {
    re.compile(
        r"(.*\.)?(usage|usageMetadata)\.(\w+\.)*\w*(tokens|TokenCount|tokenCount|requests)"
    ): "counts: whole numbers that Govern reads, bounds and writes again"
}
"""Place → why what stands there may reach a caller unseen. Media and sealed bytes stand in `answer_fields.OPAQUE`, as such alone."""
ALL_DOORS = [CHAT, *DOORS]
KINDS = sorted(WHOLE)


def cases(text: str, other: str) -> list[Any]:
    """Every provider at every door; the first text at a door of its own format is tried quickly."""
    own = {"openai": CHAT, "anthropic": MESSAGES, "google": GOOGLE, "openai_responses": RESPONSES}
    return [
        pytest.param(
            kind,
            door,
            said,
            marks=() if own.get(kind) is door and said == text else pytest.mark.long,
            id=f"{kind} {door.name} {'first' if said == text else 'second'}",
        )
        for kind in KINDS
        for door in ALL_DOORS
        for said in (text, other)
    ]


def enforcement(guards: list[dict[str, Any]]) -> Enforcement:
    body = msgspec.convert({"name": "policy", "time_limit_ms": 5_000, "guards": guards}, GuardPolicyBody)
    return compile_enforcement([("policy", body)], compile_condition=compile_condition)


@pytest.fixture(scope="module")
def blocking() -> Enforcement:
    return enforcement(BLOCKING)


@pytest.fixture(scope="module")
def redacting() -> Enforcement:
    return enforcement(REDACTING)


def whole(kind: str, door: Door, guards: Enforcement, answer: Any) -> tuple[str, bytes]:
    """What the guards decide and what the caller gets."""
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    try:
        completion = PROVIDERS[kind].read_completion(raw)
    except ProviderError:
        return "failed", b""
    passes = completion.raw_kind == door.whole.kind and door is not CHAT
    completion.raw = with_keys_once(completion.raw) if completion.raw and passes else None
    verdict = guards.inspect_output(read_answer(completion).surfaces, {"output_tokens": 0}, system_prompt=None)
    if verdict.action == "block":
        return "block", b""
    if verdict.replacements:
        completion = replace_output_surfaces(completion, verdict.replacements)
    return verdict.action, door.whole.encode(completion, IDENTITY)


def streamed(kind: str, door: Door, guards: Enforcement, events: Iterable[Any]) -> tuple[str, bytes]:
    """What the guards decide and what the caller gets, piece by piece."""
    reader = PROVIDERS[kind].reader()
    encoder = door.streamed.stream(any_request(), IDENTITY)
    inspected = InspectedStream(guards, {"output_tokens": 0}, system_prompt=None, vault=None)
    native = NativeStream(encoder, inspected) if isinstance(encoder, NativeEncoder) else None
    told = b""
    try:
        for event in events:
            data = event if isinstance(event, bytes) else json.dumps(event).encode()
            chunks: list[Chunk] = []
            reader.read_all([Event("", data)], chunks)
            for chunk in chunks:
                written = events_of(chunk) if native is not None else []
                passed = inspected.feed(chunk)
                if native is not None:
                    told += native.tell(written, passed)
                elif passed is not None:
                    told += encoder.chunk(passed)
                if inspected.verdict is not None:
                    return "block", told
    except ProviderError:
        return "failed", told
    rest = inspected.finish()
    assert inspected.verdict is not None
    if inspected.verdict.action == "block":
        return "block", told
    if native is not None:
        return inspected.verdict.action, told + native.end(rest, None, withheld=inspected.withheld)
    return inspected.verdict.action, told + b"".join(map(encoder.chunk, rest)) + encoder.end(None)


def plants(tree: Any, text: str) -> Iterator[Plant]:
    for plant in planted(tree, text, CARD):
        if not any(place.fullmatch(plant.place) for place in UNSEEN):
            yield plant


def holds(told: bytes, text: str) -> bool:
    return text.encode() in told or str(CARD).encode() in told


@pytest.mark.parametrize(("kind", "door", "text"), cases(SECRET, TOPIC))
def test_a_whole_answer_with_something_in_one_place(blocking: Enforcement, kind: str, door: Door, text: str) -> None:
    action, told = whole(kind, door, blocking, WHOLE[kind]())
    assert action == "allow"
    assert told
    passed = [
        plant.place for plant in plants(WHOLE[kind](), text) if holds(whole(kind, door, blocking, plant.tree)[1], text)
    ]
    assert passed == []


@pytest.mark.parametrize(("kind", "door", "text"), cases(SECRET, TOPIC))
def test_a_stream_with_something_in_one_place(blocking: Enforcement, kind: str, door: Door, text: str) -> None:
    for sample in STREAMED[kind]:
        action, told = streamed(kind, door, blocking, sample())
        assert action == "allow"
        assert told
        passed = [
            plant.place
            for plant in plants(sample(), f" {text} ")
            if holds(streamed(kind, door, blocking, plant.tree)[1], text)
        ]
        assert passed == []


@pytest.mark.parametrize(("kind", "door", "text"), cases(ADDRESS, TOPIC))
def test_what_is_redacted_is_redacted_everywhere(redacting: Enforcement, kind: str, door: Door, text: str) -> None:
    passed = [
        plant.place for plant in plants(WHOLE[kind](), text) if holds(whole(kind, door, redacting, plant.tree)[1], text)
    ]
    for sample in STREAMED[kind]:
        for plant in plants(sample(), f" {text} "):
            _action, told = streamed(kind, door, redacting, plant.tree)
            if holds(told, text):
                passed.append(f"streamed {plant.place}")
    assert passed == []
