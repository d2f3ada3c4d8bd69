"""Texts about which guards were wrong, judged by policies: whether they do now what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.compilation import compile_enforcement
from govern.enforcement.guards import GUARDS
from govern.enforcement.inspection import Enforcement
from govern.enforcement.verdict import STRENGTH, Surface, Verdict


class Done(NamedTuple):
    """What policies do with a text. action: of the guard that the case is about; whole: of all of them."""

    action: str
    whole: str


def is_right(expected: str, action: str) -> bool:
    """Whether an action is what was expected; `found` is anything but `allow`."""
    return action != "allow" if expected == "found" else action == expected


class Judge:
    """Policies of one side, without guards that judge a call by its facts, or ask a service: a text alone has neither."""

    def __init__(self, hash_key: bytes) -> None:
        self._hash_key = hash_key
        self._compiled: dict[tuple[int, ...], Enforcement] = {}

    def judge(
        self, surface: Surface, policies: Sequence[GuardPolicyBody], *, direction: str, guard: str, rule: str
    ) -> Done:
        """What the policies do with a text that came in (`input`) or would go out. Raises `PolicyInvalid`."""
        if not policies:
            return Done("allow", "allow")
        enforcement = self._enforcement(policies)
        if direction == "output":
            verdict = enforcement.inspect_output([surface], {}, system_prompt=None)
        else:
            verdict = enforcement.inspect_input([surface], {}, remember=False)
        return Done(done(verdict, guard, rule), verdict.action)

    def _enforcement(self, policies: Sequence[GuardPolicyBody]) -> Enforcement:
        key = tuple(map(id, policies))
        if key not in self._compiled:
            readable = [(body.name, _of_texts(body)) for body in policies]
            self._compiled[key] = compile_enforcement(
                readable, compile_condition=_no_conditions, hash_key=self._hash_key
            )
        return self._compiled[key]


def done(verdict: Verdict, guard: str, rule: str = "") -> str:
    """The strictest action of the guard that is meant, or of any that sees the same: a guard that was only renamed is the same. Of the
    policy as a whole where no guard is meant."""
    if not guard:
        return verdict.action
    actions = [
        found.action
        for found in verdict.findings
        if not found.observed and (found.guard == guard or (rule and found.type == rule))
    ]
    return max(actions, key=STRENGTH.index, default="allow")


def _of_texts(body: GuardPolicyBody) -> GuardPolicyBody:
    guards = tuple(guard for guard in body.guards if not _needs_more(guard))
    return replace(body, guards=guards)


def _needs_more(guard: Any) -> bool:
    described = GUARDS[type(guard)]
    return described.judges_call or described.asks_outside


def _no_conditions(expression: str) -> Any:
    raise ValueError("a text alone has no facts that a condition could read")


def policies_of(case_policy: str, policies: Mapping[str, GuardPolicyBody]) -> tuple[GuardPolicyBody, ...]:
    """The one policy that a case without an application is about, if there still is one."""
    body = policies.get(case_policy)
    return (body,) if body is not None else ()
