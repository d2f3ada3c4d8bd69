"""Loosening is riskier than tightening."""

from datetime import UTC, datetime
from typing import Any

import pytest

from govern.changes.risk import assess
from govern.enforcement.bodies import GuardPolicyBody, PolicyScope
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection, SecondOpinion
from govern.enforcement.guards.secrets import Secrets
from govern.policy.bodies import (
    ApplicationBody,
    ApprovalRuleBody,
    BudgetBody,
    CredentialBody,
    ExemptionBody,
    MembershipBody,
    StopBody,
)
from routing.bodies import (
    CatalogModelBody,
    Constraints,
    DeploymentBody,
    LongContext,
    RoutingPolicyBody,
    RoutingRule,
    TokenPrices,
)
from routing.provider_body import ProviderBody


def asking(when: Any) -> GuardPolicyBody:
    return GuardPolicyBody(name="g", guards=(PromptInjection(second_tier=SecondOpinion(ask=when)),))


def guards(**fields: Any) -> GuardPolicyBody:
    return GuardPolicyBody(**({"name": "g", "guards": (Pii(action="block"), Secrets())} | fields))


def route(*candidates: str, regions: tuple[str, ...] = ()) -> RoutingPolicyBody:
    rule = RoutingRule(name="all", candidates=candidates, constraints=Constraints(regions=regions))
    return RoutingPolicyBody(name="r", rules=(rule,))


def model(price: str | None, *, long: str | None = None, searches: str | None = None) -> CatalogModelBody:
    prices = TokenPrices(input=price, output=price) if price else None
    beyond = LongContext(above_input_tokens=200_000, usd_per_1k=TokenPrices(input=long, output=long)) if long else None
    return CatalogModelBody(name="m", usd_per_1k=prices, long_context=beyond, usd_per_1k_searches=searches)


def provider(**fields: Any) -> ProviderBody:
    return ProviderBody(**({"name": "p", "kind": "openai", "base_url": "https://a.example", "region": "eu"} | fields))


def rule(**fields: Any) -> ApprovalRuleBody:
    return ApprovalRuleBody(**({"name": "r", "kinds": ("*",), "quorum": 2} | fields))


def exemption(day: int) -> ExemptionBody:
    return ExemptionBody(
        name="e",
        guard_policy="g",
        guard="pii",
        scope=PolicyScope(teams=("t",)),
        reason="For the migration.",
        expires_at=datetime(2027, 1, day, tzinfo=UTC),
    )


def application(**fields: Any) -> ApplicationBody:
    return ApplicationBody(**({"name": "a", "team": "t", "data_class": "internal", "models": ("m", "n")} | fields))


CASES: list[tuple[str, Any, Any, str]] = [
    ("guard_policy", guards(), None, "high"),
    ("guard_policy", guards(), guards(guards=(Secrets(),)), "high"),
    ("guard_policy", guards(), guards(guards=(Pii(action="redact"), Secrets())), "high"),
    ("guard_policy", guards(), guards(guards=(Pii(action="block", types=("email",)), Secrets())), "high"),
    ("guard_policy", guards(), guards(guards=(Pii(action="block"), Secrets(on=("input",)))), "high"),
    ("guard_policy", guards(), guards(mode="observe"), "high"),
    ("guard_policy", None, guards(guards=(Classifier(url="https://a.example"),), mode="observe"), "high"),
    ("guard_policy", guards(), guards(guards=(*guards().guards, Classifier(url="https://a.example"))), "high"),
    ("guard_policy", guards(), guards(on_error="allow"), "high"),
    ("guard_policy", guards(), guards(tool_calls="flag"), "high"),
    ("guard_policy", asking("never"), asking("grey"), "medium"),
    ("guard_policy", asking("always"), asking("grey"), "high"),
    ("guard_policy", asking("grey"), asking("never"), "high"),
    ("guard_policy", guards(), guards(tool_calls="block"), "medium"),
    ("guard_policy", guards(), guards(scope=PolicyScope(teams=("t",))), "high"),
    ("guard_policy", guards(), guards(payload="full"), "high"),
    ("guard_policy", guards(mode="observe"), guards(), "medium"),
    ("guard_policy", guards(), guards(guards=(Pii(action="block"), Secrets(), PromptInjection())), "medium"),
    ("guard_policy", guards(), guards(guards=(Pii(action="block"), Secrets(), PromptInjection(action="flag"))), "low"),
    ("budget", BudgetBody(name="b", limit_usd="1"), BudgetBody(name="b", limit_usd="2"), "high"),
    ("budget", BudgetBody(name="b", limit_usd="10"), BudgetBody(name="b", limit_usd="9"), "low"),
    ("budget", BudgetBody(name="b", limit_usd="1"), BudgetBody(name="b", limit_usd="1", action="alert"), "high"),
    ("budget", BudgetBody(name="b", limit_usd="1"), None, "high"),
    ("provider", None, provider(), "high"),
    ("provider", provider(), provider(base_url="https://b.example"), "critical"),
    ("provider", provider(), provider(region="us"), "high"),
    ("routing_policy", route("m"), route("m", "n"), "high"),
    ("routing_policy", route("m", regions=("eu",)), route("m"), "high"),
    ("routing_policy", route("m", regions=("eu",)), route("m", regions=("eu", "us")), "high"),
    ("routing_policy", route("m", "n"), route("n", "m"), "medium"),
    ("catalog_model", model("1"), model("0.5"), "high"),
    ("catalog_model", model("1"), model(None), "high"),
    ("catalog_model", model("1"), model("2"), "low"),
    ("catalog_model", model("1", long="2"), model("1", long="1.5"), "high"),
    ("catalog_model", model("1", long="2"), model("1"), "high"),
    ("catalog_model", model("1"), model("1", long="2"), "low"),
    ("catalog_model", model("1", searches="10"), model("1"), "high"),
    ("catalog_model", model("1"), model("1", searches="10"), "low"),
    (
        "deployment",
        DeploymentBody(model="m", provider="p", upstream_model="u"),
        DeploymentBody(model="m", provider="p", upstream_model="u", allow_private_address=True),
        "high",
    ),
    ("provider_credential", None, CredentialBody(name="c", provider="p"), "high"),
    ("approval_rule", rule(), rule(quorum=1), "critical"),
    ("approval_rule", rule(), rule(groups=("approver", "compliance_officer")), "critical"),
    ("approval_rule", rule(), rule(kinds=("budget",)), "critical"),
    ("approval_rule", rule(), None, "critical"),
    ("approval_rule", rule(), rule(quorum=3), "high"),
    ("exemption", None, exemption(1), "high"),
    ("exemption", exemption(1), exemption(2), "high"),
    ("exemption", exemption(2), exemption(1), "low"),
    ("membership", None, MembershipBody(name="eve", groups=("approver",)), "critical"),
    ("membership", MembershipBody(name="eve", groups=("approver",)), None, "medium"),
    ("membership", None, MembershipBody(name="eve", groups=("auditor",)), "low"),
    ("stop", StopBody(target="everything", reason="x"), None, "high"),
    ("application", application(), application(data_class="public"), "high"),
    ("application", application(), application(data_class="restricted"), "medium"),
    ("application", application(), application(models=()), "medium"),
    ("application", application(), application(models=("m",)), "low"),
    ("application", application(), application(description="New words"), "low"),
]


@pytest.mark.parametrize(("kind", "before", "after", "level"), CASES)
def test_the_gravest_reason_is_the_first(kind: str, before: Any, after: Any, level: str) -> None:
    reasons = assess(kind, before, after)
    assert reasons[0].level == level
    assert all(reason.text for reason in reasons)
