"""Checks of the form of an answer: JSON Schema, regular expression, length."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from govern.enforcement import Surface, Verdict
from govern.enforcement.errors import PolicyInvalid

from .conftest import Build

SCHEMA = {
    "type": "object",
    "required": ["total"],
    "properties": {"total": {"type": "integer"}},
    "additionalProperties": False,
}


def judged(enforcement: Build, text: str, **guard: Any) -> Verdict:
    return enforcement(guard).inspect_output([Surface("assistant", "c", text)], {}, system_prompt=None)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ('{"total": 3}', True),
        ('  {"total":3}\n', True),
        ('{"total": "3"}', False),
        ("{}", False),
        ('{"total": 3, "extra": 1}', False),
        ('{"total": 3', False),
        ("total: 3", False),
        ("", False),
        ("[" * 100_000, False),
        ('{"total": "\ud800"}', False),
    ],
)
def test_json_schema(enforcement: Build, text: str, valid: bool) -> None:
    verdict = judged(enforcement, text, guard="json_schema", schema=SCHEMA)
    assert verdict.action == ("allow" if valid else "block")
    if not valid:
        assert (verdict.code, verdict.rule) == ("output_invalid", "json_schema")
        assert verdict.retry.startswith("Answer with JSON only")


def test_json_in_a_fence_where_the_policy_allows_it(enforcement: Build) -> None:
    fenced = '```json\n{"total": 3}\n```'
    assert judged(enforcement, fenced, guard="json_schema", schema=SCHEMA).action == "block"
    assert judged(enforcement, fenced, guard="json_schema", schema=SCHEMA, allow_fence=True).action == "allow"


@pytest.mark.parametrize("keyword", ["pattern", "patternProperties"])
@pytest.mark.parametrize("pattern", [r"^(?=(a+)+b)a*$", r"^(a+)\1$", r"(?<!a)b"])
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(
    enforcement: Build, keyword: str, pattern: str
) -> None:
    schema = {keyword: pattern if keyword == "pattern" else {pattern: {}}}
    with pytest.raises(PolicyInvalid, match=r"guards\[0\]\.schema.*[Ll]ook-around"):
        enforcement({"guard": "json_schema", "schema": schema})


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(\w+\s?)*$"])
def test_other_patterns_are_matched_in_linear_time(enforcement: Build, pattern: str) -> None:
    guard = {"guard": "json_schema", "schema": {"items": {"pattern": pattern}}}
    assert judged(enforcement, json.dumps(["a" * 1_000]), **guard).action == "allow"
    assert judged(enforcement, json.dumps(["a" * 100_000 + "!"]), **guard).action == "block"


@pytest.mark.parametrize("keyword", ["$ref", "$schema"])
def test_a_schema_that_refers_to_somewhere_else_is_refused_and_nobody_is_asked(
    enforcement: Build, keyword: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/schema.json"
        with pytest.raises(PolicyInvalid, match=r"guards\[0\]\.schema"):
            enforcement({"guard": "json_schema", "schema": {keyword: address}})
        with pytest.raises(TimeoutError):
            listening.accept()


def test_what_it_refers_to_can_stand_in_it(enforcement: Build) -> None:
    schema = {"$ref": "#/$defs/total", "$defs": {"total": {"type": "integer"}}}
    assert judged(enforcement, "3", guard="json_schema", schema=schema).action == "allow"
    assert judged(enforcement, '"3"', guard="json_schema", schema=schema).action == "block"


def test_the_repair_sentence_names_the_fault_and_not_the_answer(enforcement: Build) -> None:
    verdict = judged(enforcement, '{"total": "amy@example.com"}', guard="json_schema", schema=SCHEMA)
    assert "total" in verdict.retry
    assert "amy" not in verdict.retry


def test_block_asks_for_no_repair(enforcement: Build) -> None:
    verdict = judged(enforcement, "{}", guard="json_schema", schema=SCHEMA, action="block")
    assert (verdict.action, verdict.retry) == ("block", "")


@pytest.mark.parametrize(
    ("guard", "text", "action"),
    [
        ({"pattern": r"[A-Z]{3}-\d+"}, "ABC-12", "allow"),
        ({"pattern": r"[A-Z]{3}-\d+"}, "so ABC-12", "block"),
        ({"pattern": r"(?i)as an ai", "must": "not_match"}, "As an AI model", "block"),
        ({"pattern": r"(?i)as an ai", "must": "not_match"}, "Fine.", "allow"),
        ({"pattern": r"(a+)+b", "must": "match"}, "a" * 50_000, "block"),
        ({"pattern": ".*", "must": "match"}, "any \ud800\nthing", "allow"),
    ],
)
def test_regex(enforcement: Build, guard: dict[str, Any], text: str, action: str) -> None:
    assert judged(enforcement, text, guard="regex", **guard).action == action


@pytest.mark.parametrize(
    ("guard", "text", "rule"),
    [
        ({"max_chars": 5}, "sixsix", "max_chars"),
        ({"min_chars": 5}, "four", "min_chars"),
        ({"max_words": 2}, "one two three", "max_words"),
        ({"min_words": 2}, "one", "min_words"),
        ({"min_chars": 1, "max_chars": 5, "min_words": 1, "max_words": 2}, "a b", ""),
    ],
)
def test_length(enforcement: Build, guard: dict[str, Any], text: str, rule: str) -> None:
    verdict = judged(enforcement, text, guard="length", **guard)
    assert verdict.rule == rule


def test_only_the_answer_itself_is_checked(enforcement: Build) -> None:
    built = enforcement({"guard": "json_schema", "schema": SCHEMA})
    reasoning = [Surface("reasoning", "r", "let me think")]
    assert built.inspect_output(reasoning, {}, system_prompt=None).action == "allow"
