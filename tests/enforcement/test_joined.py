"""Texts that a model reads as one are looked at as one, and each is redacted where it stands."""

import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, Surface, compile_enforcement
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.guards.topics import Topics
from govern.policy.conditions import compile_condition

KEY = "AKIA" + "Q7WZ4NTR2LKD8MXB"


@pytest.fixture(scope="module")
def redacting() -> Enforcement:
    guards = (Pii(), Secrets(action="redact"), Topics(terms=("project nightingale",), action="redact"))
    policy = GuardPolicyBody(name="redacting", time_limit_ms=2_000, guards=guards)
    return compile_enforcement([(policy.name, policy)], compile_condition=compile_condition)


def parts(*texts: str) -> list[Surface]:
    return [Surface("user", f"messages[0].content[{index}].text", text) for index, text in enumerate(texts)]


def left(enforcement: Enforcement, *texts: str) -> list[str]:
    """What redaction leaves of the parts of a message, asked twice: the cache must not change it."""
    surfaces = parts(*texts)
    results = []
    for _ in range(2):
        new = enforcement.inspect_input(surfaces, {}).replacements
        results.append([new.get(surface.location, surface.text) for surface in surfaces])
    assert results[0] == results[1]
    return results[0]


def test_each_part_loses_its_piece(redacting: Enforcement) -> None:
    assert left(redacting, f"It is {KEY[:9]}", f"{KEY[9:]} now") == ["It is <AWS_ACCESS_KEY>", " now"]
    assert left(redacting, "of project", "nightingale we") == ["of <TOPIC>", " we"]
    assert left(redacting, "to jane.doe@exam", "ple.com or") == ["to <EMAIL>", " or"]


def test_pieces_among_others_are_found(redacting: Enforcement) -> None:
    pieces = ("before", KEY[:4], KEY[4:12], KEY[12:], "after")
    assert left(redacting, *pieces) == ["before", "<AWS_ACCESS_KEY>", "", "", "after"]


def test_what_is_whole_in_one_part_is_no_longer_for_its_neighbours(redacting: Enforcement) -> None:
    assert left(redacting, "Write to jane.doe@example.com", "Hello") == ["Write to <EMAIL>", "Hello"]
    assert left(redacting, "Write to", "jane.doe@example.com", "Hello") == ["Write to", "<EMAIL>", "Hello"]


def test_honest_parts_stay(redacting: Enforcement) -> None:
    texts = ("Our order 4711", "from 2026-01-12", "costs 1,200", "units of 38", "and weighs 12.5 kg")
    assert left(redacting, *texts) == list(texts)


def test_only_the_ends_of_long_parts_are_read_again(redacting: Enforcement) -> None:
    long = "word " * 2_000
    assert left(redacting, long + KEY[:9], KEY[9:] + " " + long) == [long + "<AWS_ACCESS_KEY>", " " + long]


def test_other_roles_do_not_join(redacting: Enforcement) -> None:
    surfaces = [
        Surface("user", "messages[0].content", KEY[:9]),
        Surface("assistant", "messages[1].content", KEY[9:]),
    ]
    assert redacting.inspect_input(surfaces, {}).action == "allow"
