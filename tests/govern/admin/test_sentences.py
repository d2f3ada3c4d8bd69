"""Bodies in plain words."""

import re

import msgspec
import pytest

from govern.admin.faces import tell
from govern.policy.bodies import BODIES

GUARDS = [
    ({"guard": "prompt_injection"}, "Blocks prompt injection in what callers send when the score is 0.9 or more, and flags it from 0.5 on."),
    ({"guard": "pii", "on": ["output"], "types": ["credit_card", "iban"]}, "Redacts credit card and IBAN in answers."),
    ({"guard": "pii", "action": "block"}, "Blocks personal data of every kind in what callers send and in answers."),
    ({"guard": "secrets", "on": ["input"]}, "Blocks keys, tokens and passwords in what callers send."),
    ({"guard": "topics", "on": ["input"], "topic": "betting", "terms": ["odds"]}, "Flags the topic betting in what callers send."),
    ({"guard": "leak"}, "Blocks answers that give the system prompt away."),
    ({"guard": "length", "max_words": 20, "action": "block"}, "Answers must have at most 20 words; otherwise the answer is blocked."),
    ({"guard": "regex", "pattern": "^ok$", "action": "flag"}, "Answers must match ^ok$; otherwise the answer is flagged."),
    ({"guard": "rule", "when": 'data_class == "restricted" && region != "eu"'}, "Blocks a call when the data class is restricted and the region is not eu."),
    ({"guard": "rule", "when": "size(tools) > 3"}, "Blocks a call when size(tools) > 3."),
]  # fmt: skip


def words(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text).replace("&gt;", ">")


@pytest.mark.parametrize(
    ("guard", "sentence"), GUARDS, ids=lambda value: value["guard"] if isinstance(value, dict) else ""
)
def test_a_guard_says_what_it_does(guard: dict[str, object], sentence: str) -> None:
    body = msgspec.convert({"name": "p", "guards": [guard]}, BODIES["guard_policy"])
    assert sentence in [words(said.text) for said in tell("guard_policy", body)]


@pytest.mark.parametrize(
    ("ask", "fine"),
    [
        ("never", "The second tier is not asked."),
        ("grey", "The second tier is asked in the grey zone, for 500 ms at most a text."),
        ("always", "The second tier is always asked, for 500 ms at most a text."),
    ],
)
@pytest.mark.parametrize("lacking", ["", "the package stackone-defender is missing"])
def test_a_policy_says_when_the_second_tier_is_asked_and_what_keeps_it_from_answering(
    ask: str, fine: str, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govern.admin.sentences.guards.unavailable", lambda: lacking)
    guard = {"guard": "prompt_injection", "second_tier": {"ask": ask}}
    body = msgspec.convert({"name": "p", "guards": [guard]}, BODIES["guard_policy"])
    said = [words(each) for sentence in tell("guard_policy", body) for each in sentence.fine]
    assert fine in said
    assert (f"Here it cannot be asked: {lacking}." in said) == (bool(lacking) and ask != "never")


def test_names_are_escaped() -> None:
    body = msgspec.convert(
        {"name": "p", "guards": [{"guard": "topics", "topic": "<script>", "terms": ["ab"]}]}, BODIES["guard_policy"]
    )
    assert any("&lt;script&gt;" in said.text for said in tell("guard_policy", body))
    assert not any("<script>" in said.text for said in tell("guard_policy", body))


def test_a_budget_says_who_may_spend_what() -> None:
    body = msgspec.convert({"name": "b", "scope": {"team": "payments"}, "limit_usd": "250.00"}, BODIES["budget"])
    assert words(tell("budget", body)[0].text) == "Calls of the team payments may spend $250.00 a month."


TOLD = {
    "team": {"name": "t"},
    "use_case": {
        "name": "u",
        "purpose": "Drafts replies.",
        "owner": "amy",
        "overseer": "ben",
        "eu_ai_act_class": "limited",
        "impact": "low",
        "complexity": "low",
        "reliance": "low",
        "data_classes": ["internal"],
        "retention_days": 400,
        "review_by": "2031-01-01T00:00:00Z",
        "disclosure": "A line under each reply.",
    },
    "application": {"name": "a", "team": "t"},
    "provider": {"name": "p", "kind": "openai", "base_url": "https://example.com"},
    "provider_credential": {"name": "c", "provider": "p", "env": "KEY"},
    "catalog_model": {"name": "m", "usd_per_1k": {"input": "0.1", "output": "0.2"}},
    "deployment": {"model": "m", "provider": "p", "upstream_model": "u"},
    "routing_policy": {"name": "r", "rules": [{"name": "all", "candidates": ["m"]}]},
    "guard_policy": {"name": "g", "guards": []},
    "budget": {"name": "b", "limit_usd": "1"},
    "approval_rule": {"kinds": ["*"]},
    "exemption": {
        "name": "e",
        "guard_policy": "g",
        "guard": "pii",
        "scope": {"teams": ["t"]},
        "reason": "It is public anyway.",
        "expires_at": "2031-01-01T00:00:00Z",
    },
    "membership": {"name": "dan"},
    "stop": {"target": "everything", "reason": "An attack."},
    "containment": {"name": "c", "violations": 3, "minutes": 10, "reason": "Ask the security desk."},
    "retention": {"name": "r"},
    "legal_hold": {"name": "h", "matter": "File 12", "reason": "Proceedings were announced."},
    "payload_export": {
        "name": "p",
        "person": "olive",
        "reason": "The insurer asks for it.",
        "records": {"since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"},
        "expires_at": "2026-12-01T00:00:00Z",
    },
    "erasure": {"name": "x", "reason": "The person asked for it.", "records": {"applications": ["a"]}},
}


@pytest.mark.parametrize("kind", TOLD)
def test_the_smallest_body_of_a_kind_can_be_told(kind: str) -> None:
    said = tell(kind, msgspec.convert(TOLD[kind], BODIES[kind]))
    assert said
    assert all(sentence.text for sentence in said)


def test_no_kind_is_left_out() -> None:
    assert set(TOLD) == set(BODIES)
