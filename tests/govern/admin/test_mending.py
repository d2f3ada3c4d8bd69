"""However much does not fit, what else is wrong is told at once, and the form is looked through a few times only."""

from typing import Any

import msgspec
import pytest

from govern.admin.proposals import mending
from govern.admin.proposals.mending import is_within, mended
from govern.admin.proposals.misfits import misfits
from govern.admin.proposals.schema import Group, schema_of
from govern.policy.bodies import BODIES


def policy(rules: int) -> dict[str, Any]:
    """A routing policy as its form has it, each of whose rules has a name and a latency that do not fit."""
    written = [
        {"name": f"r{n}", "when": "true", "candidates": ["a"], "constraints": {"max_latency_ms": 1}}
        for n in range(rules)
    ]
    body = msgspec.convert({"name": "p", "when": "true", "rules": written}, BODIES["routing_policy"])
    value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(body))
    for rule in value["rules"]:
        rule["name"], rule["constraints"]["max_latency_ms"] = "!!", -1
    return value


def test_a_long_form_is_not_looked_through_once_for_each_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    value, looked = policy(40), []
    places = [problem.place for problem in misfits(schema_of("routing_policy"), value)]
    assert len(places) == 80

    def noted(group: Group, tried: dict[str, Any]) -> Any:
        looked.append(tried)
        return misfits(group, tried)

    monkeypatch.setattr(mending, "misfits", noted)
    body = mended("routing_policy", value, places)
    assert [rule.name for rule in body.rules] == ["1.00"] * 40
    assert len(looked) <= len(mending._STANDING_IN)
    assert value == policy(40)


@pytest.mark.parametrize("places", [["nothing.here"], [""], ["rules[7].name"]])
def test_what_has_no_such_place_is_not_mended(places: list[str]) -> None:
    assert mended("routing_policy", policy(1), places) is None


def test_a_place_lies_within_what_holds_it() -> None:
    assert is_within("rules[0].name", {"rules"})
    assert is_within("rules[0].name", {"rules[0].name"})
    assert not is_within("rules[10].name", {"rules[1]", "rule", "rules[0]"})
