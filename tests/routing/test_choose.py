from typing import Any

import pytest

from routing.bodies import Canary, CatalogModelBody, Constraints, RoutingPolicyBody, RoutingRule, TokenPrices
from routing.catalog import Deployment, Model
from routing.choose import CompiledPolicy, CompiledRule, Route, choose
from routing.money import Prices
from routing.wish import Wish


def model(name: str, *, price: str = "0.001", latency_ms: int = 100, score: float = 80, **body: Any) -> Model:
    deployments = body.pop("deployments", (Deployment(f"{name}@p", name, "p", "us", 1, None),))
    described = CatalogModelBody(
        name=name,
        usd_per_1k=TokenPrices(input=price, output=price),
        base_latency_ms=latency_ms,
        scores={"gpqa_diamond": score},
        **body,
    )
    return Model(name, described, Prices.of_model(described), deployments)


CATALOG = {
    m.name: m
    for m in (
        model("claude", price="0.008", latency_ms=250, score=87.6),
        model("gpt", price="0.007", latency_ms=150, score=86.4),
        model("gemini", price="0.004", latency_ms=200, score=84.2, modalities=("text", "image")),
    )
}


def policy(*rules: RoutingRule) -> list[CompiledPolicy]:
    def condition(text: str) -> Any:
        return lambda facts: bool(eval(text, {"true": True}, dict(facts)))

    compiled = tuple(
        CompiledRule(rule, condition(rule.when), frozenset({"model"} if "model" in rule.when else set()))
        for rule in rules
    )
    return [CompiledPolicy(RoutingPolicyBody(name="default", rules=rules), condition("true"), compiled)]


def route(policies: list[CompiledPolicy], wanted: str = "auto", **wish: Any) -> Route:
    asked = {
        "modalities": ("text",),
        "needs_tools": False,
        "input_tokens": 10,
        "sticky": {"application": "risk-engine"},
    }
    facts = {"model": wanted, "task": wish.pop("task", "general")}
    return choose(CATALOG, policies, Wish(model=wanted, **(asked | wish)), facts)


def models(chosen: Route) -> list[str]:
    return [deployment.model for deployment in chosen.deployments]


def test_the_first_rule_that_matches_decides() -> None:
    rules = policy(
        RoutingRule(name="coding", when='task == "coding"', candidates=("gpt",)),
        RoutingRule(name="rest", candidates=("gemini",), fallbacks=("claude",)),
    )
    assert (route(rules, task="coding").name, models(route(rules, task="coding"))) == ("default/coding", ["gpt"])
    assert (route(rules).name, models(route(rules))) == ("default/rest", ["gemini", "claude"])


@pytest.mark.parametrize(
    ("objective", "first"),
    [("quality", "claude"), ("cost", "gemini"), ("latency", "gpt"), ("priority", "gpt"), ("balanced", "gemini")],
)
def test_candidates_are_ranked_by_objective(objective: Any, first: str) -> None:
    rules = policy(RoutingRule(name="all", objective=objective, candidates=("gpt", "claude", "gemini")))
    assert models(route(rules))[0] == first


def test_constraints_exclude_with_a_reason() -> None:
    rules = policy(
        RoutingRule(
            name="fast", candidates=("claude", "gpt"), constraints=Constraints(max_latency_ms=200, min_quality=0.8)
        )
    )
    chosen = route(rules)
    assert models(chosen) == ["gpt"]
    assert [(p.name, p.reason) for p in chosen.passed_over] == [("claude", "expected latency 250 ms is over 200 ms")]


def test_a_region_that_is_not_allowed_leaves_nobody() -> None:
    rules = policy(RoutingRule(name="eu", candidates=("gpt",), constraints=Constraints(regions=("eu",))))
    chosen = route(rules)
    assert models(chosen) == []
    assert chosen.passed_over[0].reason == "region us is not allowed"


def test_images_go_only_to_who_takes_them() -> None:
    rules = policy(RoutingRule(name="all", candidates=("gpt", "gemini")))
    assert models(route(rules, modalities=("text", "image"))) == ["gemini"]


def test_the_callers_model_is_honoured_where_the_rule_lists_it() -> None:
    rules = policy(RoutingRule(name="all", candidates=("gpt", "claude"), fallbacks=("gemini",)))
    assert models(route(rules, "claude")) == ["claude", "gemini"]


def test_the_callers_model_is_honoured_where_no_rule_speaks_of_models() -> None:
    rules = policy(RoutingRule(name="all", candidates=("gpt",)))
    chosen = route(rules, "claude")
    assert (chosen.name, models(chosen)) == ("direct", ["claude"])


def test_a_rule_about_the_requested_model_may_send_it_elsewhere() -> None:
    rules = policy(
        RoutingRule(name="redirect", when='model == "gpt"', candidates=("claude",)),
        RoutingRule(name="rest", candidates=("gpt",)),
    )
    assert models(route(rules, "gpt")) == ["claude"]


def test_a_canary_gets_its_share_and_each_application_stays_where_it_is() -> None:
    rules = policy(RoutingRule(name="all", candidates=("gpt",), canary=Canary(model="gemini", percent=20)))
    names = [f"application-{number}" for number in range(1_000)]
    first = [models(route(rules, sticky={"application": name}))[0] for name in names]
    assert first == [models(route(rules, sticky={"application": name}))[0] for name in names]
    assert 150 < first.count("gemini") < 250


def test_weights_share_the_traffic() -> None:
    rules = policy(
        RoutingRule(name="all", objective="weighted", candidates=("gpt", "claude"), weights={"gpt": 9, "claude": 1})
    )
    first = [models(route(rules, seed=seed))[0] for seed in range(2_000)]
    assert 1_700 < first.count("gpt") < 1_900


def test_a_deployment_without_a_credential_is_passed_over_with_the_reason() -> None:
    catalog = {
        "gpt": model(
            "gpt", deployments=(Deployment("gpt@p", "gpt", "p", "us", 1, None, unusable="no credential is set"),)
        )
    }
    chosen = choose(catalog, [], Wish("gpt", ("text",), False, 10, {}), {"model": "gpt"})
    assert (models(chosen), chosen.passed_over[0].reason) == ([], "no credential is set")


def test_a_condition_that_fails_does_not_match_and_says_so() -> None:
    rules = policy(
        RoutingRule(name="broken", when="missing == 1", candidates=("gpt",)),
        RoutingRule(name="rest", candidates=("gemini",)),
    )
    chosen = route(rules)
    assert models(chosen) == ["gemini"]
    assert chosen.passed_over[0].name == "default/broken"


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({"candidates": ("gpt", "claude")}, "claude"),
        ({"candidates": ("gpt",), "fallbacks": ("claude",)}, "auto"),
        ({"candidates": ("gpt",), "canary": Canary(model="claude", percent=100)}, "auto"),
    ],
    ids=["the model that the caller named", "a fallback", "the canary"],
)
def test_constraints_hold_for_whoever_answers_under_the_rule(rule: dict[str, Any], wanted: str) -> None:
    chosen = route(policy(RoutingRule(name="fast", constraints=Constraints(max_latency_ms=200), **rule)), wanted)
    assert "claude" not in models(chosen)
    assert ("claude", "expected latency 250 ms is over 200 ms") in [(p.name, p.reason) for p in chosen.passed_over]
