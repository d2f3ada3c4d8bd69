"""A guard policy body says what is wrong with it, and where."""

import msgspec
import pytest

from govern.enforcement import GuardPolicyBody, PolicyInvalid
from govern.enforcement.baseline import BASELINE

from .conftest import Build


def test_example_of_the_documentation() -> None:
    body = msgspec.convert(
        {
            "name": "baseline",
            "scope": {},
            "mode": "enforce",
            "on_error": "block",
            "streaming": "window",
            "guards": [
                {"guard": "prompt_injection", "on": ["input"], "block_at": 0.9, "flag_at": 0.5, "deep": "auto"},
                {"guard": "pii", "on": ["output"], "types": ["credit_card", "iban", "email"], "action": "redact"},
                {"guard": "secrets", "on": ["input", "output"], "action": "block"},
                {"guard": "topics", "on": ["input"], "terms": ["insider information"], "action": "flag"},
                {"guard": "json_schema", "on": ["output"], "schema": {"type": "object"}, "action": "retry"},
                {
                    "guard": "rule",
                    "on": ["input"],
                    "when": 'data_class == "restricted"',
                    "action": "block",
                    "message": "No.",
                },
            ],
        },
        GuardPolicyBody,
    )
    assert [type(guard).__name__ for guard in body.guards] == [
        "PromptInjection",
        "Pii",
        "Secrets",
        "Topics",
        "JsonSchema",
        "Rule",
    ]


def test_defaults_and_round_trip() -> None:
    assert BASELINE.mode == "enforce"
    assert BASELINE.on_error == "block"
    assert msgspec.json.decode(msgspec.json.encode(BASELINE), type=GuardPolicyBody) == BASELINE


def test_json_schema_of_the_body_names_every_guard() -> None:
    definitions = msgspec.json.schema(GuardPolicyBody)["$defs"]
    assert {
        "PromptInjection",
        "Pii",
        "Secrets",
        "Topics",
        "Leak",
        "JsonSchema",
        "Regex",
        "Length",
        "Rule",
        "Classifier",
    } <= set(definitions)


@pytest.mark.parametrize(
    ("guard", "complaint"),
    [
        ({"guard": "pii", "typos": []}, "unknown field `typos`"),
        ({"guard": "personal"}, "Invalid value 'personal'"),
        ({"guard": "pii", "on": ["inputs"]}, "Invalid enum value 'inputs'"),
        ({"guard": "prompt_injection", "block_at": 1.5}, "<= 1.0"),
        ({"guard": "json_schema"}, "missing required field `schema`"),
        ({"guard": "leak", "on": ["input"]}, "Invalid enum value 'input'"),
    ],
)
def test_faults_of_form(guard: dict[str, object], complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert({"name": "x", "guards": [guard]}, GuardPolicyBody)


@pytest.mark.parametrize(
    ("guard", "place", "words"),
    [
        ({"guard": "pii", "types": ["email", "credit_crad"]}, "guards[0].types[1]", "credit_card"),
        ({"guard": "secrets", "types": ["aws"]}, "guards[0].types[0]", "not a known kind"),
        ({"guard": "topics"}, "guards[0]", "terms or patterns"),
        ({"guard": "topics", "patterns": ["fine", "(?=look)ahead"]}, "guards[0].patterns[1]", "linear time"),
        ({"guard": "topics", "patterns": [r"(a)\1"]}, "guards[0].patterns[0]", "linear time"),
        ({"guard": "topics", "patterns": ["a.*b"]}, "guards[0].patterns[0]", "Bound the repeats"),
        ({"guard": "topics", "patterns": ["(unclosed"]}, "guards[0].patterns[0]", "regular expression"),
        ({"guard": "regex", "pattern": r"(?<=x)y"}, "guards[0].pattern", "refuses"),
        ({"guard": "json_schema", "schema": {"type": "objekt"}}, "guards[0].schema", "JSON Schema"),
        ({"guard": "length", "min_chars": 9, "max_chars": 3}, "guards[0].min_chars", "above the most"),
        (
            {"guard": "prompt_injection", "block_at": 0.3, "flag_at": 0.6},
            "guards[0].flag_at",
            "above the score that blocks",
        ),
        ({"guard": "rule", "when": "a b"}, "guards[0].when", "not the name of a fact"),
        ({"guard": "classifier"}, "guards[0]", "a model or a url"),
    ],
)
def test_faults_of_sense(enforcement: Build, guard: dict[str, object], place: str, words: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        enforcement(guard)
    assert refused.value.place == place
    assert words in str(refused.value)
