"""Models come to their end: told ahead, refused or replaced by their successor, and compiled again on the day."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from govern.policy.canonical import canonical_json
from govern.policy.compilation import CompiledRevision, compile_revision
from govern.policy.contents import InForce
from govern.policy.life_cycle import ends_soon, heir_of
from routing.bodies import CatalogModelBody, DeploymentBody, RoutingPolicyBody, RoutingRule
from routing.choose import Route, choose, unfit_for_all
from routing.provider_body import ProviderBody
from routing.wish import Wish

ENDS = "2027-03-31"
BEFORE, AFTER = datetime(2027, 3, 30, 23, 59, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC)


def revision(at: datetime, **old: Any) -> CompiledRevision:
    """Two models and one rule that names the older."""
    bodies: dict[str, list[Any]] = {
        "provider": [ProviderBody(name="p", kind="openai", base_url="https://p.example/v1")],
        "catalog_model": [CatalogModelBody(name="old", **old), CatalogModelBody(name="new")],
        "deployment": [
            DeploymentBody(name=f"{name}@p", model=name, provider="p", upstream_model=name) for name in ("old", "new")
        ],
        "routing_policy": [
            RoutingPolicyBody(name="default", rules=(RoutingRule(name="all", candidates=("old",)),)),
        ],
    }
    contents = {kind: {each.name: InForce(UUID(int=0), each) for each in listed} for kind, listed in bodies.items()}
    return compile_revision(1, "", contents, {}, embedded_url="", hash_key=b"", now_s=at.timestamp())


def routed(compiled: CompiledRevision, model: str = "auto") -> Route:
    return choose(compiled.catalog, compiled.routing, Wish(model, ("text",), False, 10, {}), {"model": model})


@pytest.mark.parametrize("model", ["auto", "old"])
def test_until_its_day_it_is_asked_and_from_then_on_refused_with_the_reason(model: str) -> None:
    end = {"retired_on": ENDS, "successor": "new"}
    assert [each.model for each in routed(revision(BEFORE, **end), model).deployments] == ["old"]
    route = routed(revision(AFTER, **end), model)
    assert route.deployments == ()
    assert [each.reason for each in unfit_for_all(route)] == ["was retired on 2027-03-31; its successor is new"]


@pytest.mark.parametrize("model", ["auto", "old"])
def test_where_policy_says_so_its_successor_answers_and_the_record_says_why(model: str) -> None:
    route = routed(revision(AFTER, retired_on=ENDS, successor="new", successor_takes_over=True), model)
    assert [each.model for each in route.deployments] == ["new"]
    assert route.passed_over[0].reason == "was retired on 2027-03-31; new answers in its place"


def test_what_is_compiled_is_outdated_on_the_day() -> None:
    assert revision(BEFORE, retired_on=ENDS).outdated_at_s == AFTER.timestamp()
    assert revision(AFTER, retired_on=ENDS).outdated_at_s == float("inf")


def test_a_chain_of_successors_ends_at_one_that_lives_or_nowhere() -> None:
    def body(name: str, successor: str | None, retired_on: str = ENDS) -> CatalogModelBody:
        return CatalogModelBody(
            name=name, successor=successor, retired_on=retired_on, successor_takes_over=successor is not None
        )

    day = date(2027, 4, 1)
    chain = {each.name: each for each in (body("a", "b"), body("b", "c"), body("c", None, ""))}
    assert heir_of("a", chain, day) == "c"
    circle = {each.name: each for each in (body("a", "b"), body("b", "a"))}
    assert heir_of("a", circle, day) is None
    assert heir_of("a", {"a": body("a", "gone")}, day) is None


def test_it_is_told_sixty_days_ahead() -> None:
    body = CatalogModelBody(name="old", retired_on=ENDS)
    assert [ends_soon(body, day) for day in (date(2027, 1, 29), date(2027, 1, 30), date(2027, 5, 1))] == [
        False,
        True,
        True,
    ]


def test_what_was_signed_before_keeps_its_hash() -> None:
    assert "retired_on" not in canonical_json(CatalogModelBody(name="old"))
    rule = RoutingRule(name="all", candidates=("old",))
    assert "worth_usd" not in canonical_json(RoutingPolicyBody(name="default", rules=(rule,)))
