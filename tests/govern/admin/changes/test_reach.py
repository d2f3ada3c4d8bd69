"""Whom a proposed version reaches."""

from typing import Any

import msgspec
import pytest

from govern.admin.changes.reach import reach
from govern.changes.reach import Bodies
from govern.models import ChangeItem, Version
from govern.policy.bodies import BODIES, body_name
from govern.policy.canonical import canonical_json, content_digest


def body(kind: str, /, **fields: object) -> Any:
    return msgspec.convert(fields, BODIES[kind])


IN_FORCE: Bodies = {
    "team": {"payments": body("team", name="payments", tags=["pci"]), "support": body("team", name="support")},
    "application": {
        "risk": body("application", name="risk", team="payments", models=["large"]),
        "desk": body("application", name="desk", team="support", models=["small"]),
        "free": body("application", name="free", team="support", tags=["open"]),
    },
    "deployment": {
        "large@north": body("deployment", model="large", provider="north", upstream_model="l"),
        "small@south": body("deployment", model="small", provider="south", upstream_model="s"),
    },
}


def reached(kind: str, before: Any, after: Any) -> dict[str, str]:
    item = ChangeItem(kind=kind, object_name=body_name(kind, after or before))
    if before is not None:
        held = canonical_json(before)
        item.base = Version(kind=kind, canonical=held, sha256=content_digest(held))
    if after is not None:
        item.canonical = canonical_json(after)
        item.sha256 = content_digest(item.canonical)
    return {row.name: row.change for row in reach(item, IN_FORCE).rows}


def test_a_policy_that_covers_less_loses_applications() -> None:
    before = body("guard_policy", name="p", guards=[])
    after = body("guard_policy", name="p", guards=[], scope={"teams": ["payments"]})
    assert reached("guard_policy", before, after) == {"desk": "removed", "free": "removed", "risk": "same"}


def test_the_tags_of_a_team_are_those_of_its_applications() -> None:
    tagged = body("guard_policy", name="p", guards=[], scope={"tags": ["pci", "open"]})
    assert reached("guard_policy", None, tagged) == {"free": "added", "risk": "added"}


SCOPES = [
    ({}, {"risk", "desk", "free"}),
    ({"team": "support"}, {"desk", "free"}),
    ({"application": "risk"}, {"risk"}),
    ({"key": "desk/main"}, {"desk"}),
    ({"team": "support", "key": "risk/main"}, set()),
]


@pytest.mark.parametrize(("scope", "names"), SCOPES)
def test_a_budget_reaches_whom_it_covers(scope: dict[str, str], names: set[str]) -> None:
    assert set(reached("budget", None, body("budget", name="b", limit_usd="1.00", scope=scope))) == names


def test_what_serves_models_reaches_whoever_may_name_them() -> None:
    provider = body("provider", name="north", kind="openai", base_url="https://example.com")
    assert set(reached("provider", None, provider)) == {"risk", "free"}
    assert set(reached("catalog_model", body("catalog_model", name="small"), None)) == {"desk", "free"}
    routing = body("routing_policy", name="r", rules=[{"name": "all", "candidates": ["large"], "fallbacks": ["small"]}])
    assert set(reached("routing_policy", None, routing)) == {"risk", "desk", "free"}


STOPS = [
    ({"target": "everything"}, {"risk", "desk", "free"}),
    ({"target": "application", "of": "desk"}, {"desk"}),
    ({"target": "model", "of": "large"}, {"risk", "free"}),
    ({"target": "provider", "of": "south"}, {"desk", "free"}),
]


@pytest.mark.parametrize(("stop", "names"), STOPS)
def test_a_stop_reaches_whom_it_stops(stop: dict[str, str], names: set[str]) -> None:
    assert set(reached("stop", None, body("stop", reason="An attack.", **stop))) == names
