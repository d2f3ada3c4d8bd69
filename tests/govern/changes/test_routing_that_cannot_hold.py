"""A routing policy that cannot do what it says is found when it is proposed, with the place and what to do."""

from typing import Any

import msgspec
import pytest

from govern.changes.document import Document
from govern.changes.references import check_references
from govern.policy.bodies import BODIES

MODELS: dict[str, dict[str, Any]] = {
    "fast": {"base_latency_ms": 100, "scores": {"gpqa_diamond": 60}},
    "good": {"base_latency_ms": 300, "scores": {"gpqa_diamond": 90}, "smaller_sibling": "fast"},
    "seeing": {"base_latency_ms": 200, "scores": {"gpqa_diamond": 80}, "modalities": ["text", "image"]},
}
EVERY_CALL = {"name": "rest", "candidates": ["fast"]}


def problems(*rules: dict[str, Any], **models: dict[str, Any]) -> list[str]:
    """What is reported of a policy with these rules, as `place: what is wrong`."""
    known = {name: {**body, **models.get(name, {})} for name, body in MODELS.items()}
    plain: dict[str, list[dict[str, Any]]] = {
        "provider": [{"name": "p", "kind": "openai", "base_url": "https://p.example/v1", "region": "us"}],
        "catalog_model": [{"name": name, **body} for name, body in known.items()],
        "deployment": [{"name": f"{name}@p", "model": name, "provider": "p", "upstream_model": name} for name in known],
        "routing_policy": [{"name": "default", "rules": [*rules, EVERY_CALL]}],
    }
    document = Document({}, {}, [])
    bodies: dict[str, Any] = {kind: {} for kind in BODIES}
    for kind, listed in plain.items():
        for each in listed:
            bodies[kind][each["name"]] = (each["name"], msgspec.convert(each, BODIES[kind]))
    check_references(document, bodies)
    return [f"{found.place}: {found.message}" for found in document.problems]


def of_rule(**said: Any) -> list[str]:
    return problems({"name": "first", "when": 'task == "coding"', "candidates": ["fast"], **said})


def test_a_rule_that_holds_is_not_complained_of() -> None:
    said: dict[str, Any] = {"candidates": ["good"], "fallbacks": ["fast"], "small_when": "complexity < 0.2"}
    assert of_rule(objective="value", worth_usd="0.01", latency_budget_ms=200, **said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"candidates": ["fsat"]}, "candidates[0]: there is no catalog model named `fsat`. Did you mean `fast`?"),
        ({"fallbacks": ["fast"]}, "fallbacks[0]: `fast` stands in candidates already: it would be asked in a circle."),
        ({"fallbacks": ["good", "good"]}, "fallbacks[1]: `good` stands in fallbacks already"),
        ({"constraints": {"max_latency_ms": 50}}, "constraints: leave nobody to answer (fast: expected latency 100 ms"),
        ({"constraints": {"regions": ["eu"]}}, "constraints: leave nobody to answer (fast: served in us only)"),
        (
            {"candidates": ["fast", "good"], "constraints": {"max_latency_ms": 200, "min_quality": 0.8}},
            "constraints: leave nobody to answer (fast: quality 0.60 is under 0.80; good: expected latency 300 ms",
        ),
        (
            {"when": '"image" in modalities && task == "coding"', "candidates": ["seeing", "fast"]},
            "candidates[1]: `fast` does not take image, which the rule's condition demands.",
        ),
        (
            {"canary": {"model": "good", "percent": 5}, "constraints": {"max_latency_ms": 200}},
            "canary.model: is kept out by the rule's own constraints: expected latency 300 ms is over 200 ms.",
        ),
        ({"canary": {"model": "fast", "percent": 5}}, "canary.model: is the only candidate"),
        ({"objective": "value"}, "worth_usd: is needed to choose by value"),
        ({"worth_usd": "1"}, "worth_usd: counts only where candidates are chosen by value"),
        ({"small_when": "complexity < 0.2"}, "small_when: has no effect"),
        ({"candidates": ["good"], "small_when": "complexity <"}, "small_when: "),
        ({"objective": "weighted", "weights": {"fast": 0}}, "weights: are all 0"),
    ],
)
def test_what_cannot_hold_is_said_at_its_place(said: dict[str, Any], expected: str) -> None:
    assert any(found.startswith(f"default.rules[0].{expected}") for found in of_rule(**said)), of_rule(**said)


@pytest.mark.parametrize("percent", [100.01, -1])
def test_a_share_is_between_nothing_and_everything(percent: float) -> None:
    with pytest.raises(msgspec.ValidationError, match="percent"):
        of_rule(canary={"model": "good", "percent": percent})


def test_siblings_do_not_lead_in_a_circle() -> None:
    found = problems(fast={"smaller_sibling": "good"})
    assert found == [
        "fast.smaller_sibling: leads back to this model. Name a smaller one, or none.",
        "good.smaller_sibling: leads back to this model. Name a smaller one, or none.",
    ]
