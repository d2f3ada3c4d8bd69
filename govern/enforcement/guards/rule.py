"""The guard ``rule``: a condition over the facts of a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import Building, Observation
from govern.enforcement.guards.body import Direction, Expression, GuardBody
from govern.enforcement.guards.guard import Guard, gettext_noop
from routing.saying import Saying


class Rule(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="rule"):
    """A CEL condition over the facts of the call; true means the action is taken. ``message`` is shown to the caller."""

    on: tuple[Direction, ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    when: Expression
    message: str = ""


class RuleGuard:
    guard = "rule"
    code = "rule_blocked"
    version = "1"

    def __init__(self, body: Rule, building: Building) -> None:
        try:
            self._condition = building.compile_condition(body.when)
        except PolicyInvalid:
            raise
        except ValueError as fault:
            said = fault.args[0]
            reason = said if isinstance(said, Saying) else Saying("%(said)s", said=str(fault))
            raise PolicyInvalid(f"{building.place}.when", reason) from None
        self._body = body

    def judge(self, facts: Mapping[str, Any]) -> Observation | None:
        if not self._condition(facts):
            return None
        return Observation(
            self._body.name or "rule", 0, 0, 1.0, "medium", self._body.action, message=self._body.message
        )


def rule_guard(body: Rule, building: Building) -> RuleGuard:
    return RuleGuard(body, building)


GUARD = Guard(
    body=Rule,
    build=rule_guard,
    code="rule_blocked",
    label=gettext_noop("Rule"),
    about=gettext_noop("A condition over the facts of the call, such as its region and data class."),
    icon="rule",
    judges_whole=True,
    judges_call=True,
    place=9,
)
