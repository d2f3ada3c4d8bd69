"""The difference between two bodies in words."""

from typing import Any

import msgspec

from govern.admin.changes.items import fields_between, told_between
from govern.admin.changes.json_lines import json_lines
from govern.admin.sentences.difference import Told
from govern.policy.bodies import BODIES
from govern.policy.canonical import canonical_json


def policy(*guards: dict[str, object], **fields: object) -> Any:
    return msgspec.convert({"name": "p", "guards": guards, **fields}, BODIES["guard_policy"])


def differing(before: Any, after: Any) -> list[Told]:
    return [told for told in told_between("guard_policy", before, after) if told.change != "same"]


CARDS = {"guard": "pii", "on": ["output"], "types": ["credit_card"], "action": "block"}


def test_what_blocks_and_then_redacts_is_one_sentence_that_changed() -> None:
    (told,) = differing(policy(CARDS), policy({**CARDS, "action": "redact", "redaction": "mask"}))
    assert told.change == "changed"
    assert told.before is not None
    assert told.after is not None
    assert told.before.text == "<del>Blocks</del> <b>credit card</b> in answers."
    assert told.after.text == "<ins>Redacts</ins> <b>credit card</b> in answers."
    assert told.after.fine[0].startswith("<ins>Stars stand in its place")


def test_a_guard_that_goes_and_one_that_comes_are_told_apart() -> None:
    gone, new = differing(policy(CARDS, {"guard": "leak"}), policy({"guard": "secrets"}, CARDS))
    assert {gone.change, new.change} == {"removed", "added"}


def test_the_same_part_is_paired_however_different_its_words_are() -> None:
    (told,) = differing(policy(CARDS), policy(CARDS, mode="observe"))
    assert told.change == "changed"


def test_whole_numbers_and_words_are_marked() -> None:
    injection = {"guard": "prompt_injection", "block_at": 0.9}
    (told,) = differing(policy(injection), policy({**injection, "block_at": 0.95}))
    assert told.after is not None
    assert "<b><ins>0.95</ins></b> or more" in told.after.text


def test_what_an_author_writes_is_escaped_on_both_sides() -> None:
    topic = {"guard": "topics", "topic": "<script>", "terms": ["ab"]}
    (told,) = differing(policy(topic), policy({**topic, "topic": "<img src=x>", "name": "topics"}, scope={}))[:1]
    assert "<script" not in f"{told.before}{told.after}"
    assert "<img" not in f"{told.before}{told.after}"


def test_a_new_body_is_all_new_and_one_that_goes_is_all_gone() -> None:
    assert {told.change for told in told_between("guard_policy", None, policy(CARDS))} == {"added"}
    assert {told.change for told in told_between("guard_policy", policy(CARDS), None)} == {"removed"}


def test_a_field_that_no_sentence_tells_is_shown_all_the_same() -> None:
    before, after = policy({**CARDS, "min_score": 0.4}), policy({**CARDS, "min_score": 0.8})
    assert [(field.place, field.before, field.after) for field in fields_between("guard_policy", before, after)] == [
        ("Guards › Personal data › Counts from", "0.4", "0.8")
    ]


def test_the_lines_of_json_carry_signs_and_fold_what_did_not_change() -> None:
    lines = json_lines(canonical_json(policy(CARDS)), canonical_json(policy({**CARDS, "action": "flag"})))
    assert [(line.sign, line.text.strip()) for line in lines if line.sign in "+-"] == [
        ("-", '"action": "block",'),
        ("+", '"action": "flag",'),
    ]
    assert sum(line.skipped for line in lines) > 3
    assert {line.sign for line in json_lines("", canonical_json(policy(CARDS)))} == {"+"}
