"""The two sides of a simulation: what is in force, and what would be with the change."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from govern.enforcement import GuardPolicyBody
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.prompt_injection import PromptInjection, SecondOpinion
from govern.policy.compilation import CompiledApplication, CompiledRevision, compile_revision
from govern.policy.contents import Contents
from govern.policy.exemptions import exempted_guards, live_exemptions, without_exempted
from govern.policy.scope import covers

_PRESENT = "present"
"""Stands for a credential's secret: nothing is sent from here."""
_TIME_LIMIT_MS = 5_000


class Sides(NamedTuple):
    """What is compared. Plain values, so that they can be handed to another process.

    revision: number of the revision in force. credentials: names of those that have a secret. now_s: the Unix time at which
    exemptions are judged. embedded_url, hash_key: as for `compile_revision`.
    """

    revision: int
    before: Contents
    after: Contents
    credentials: frozenset[str]
    now_s: float
    embedded_url: str
    hash_key: bytes


class Side(NamedTuple):
    """One side, ready to decide calls by."""

    compiled: CompiledRevision
    policies: Mapping[str, tuple[GuardPolicyBody, ...]]
    """Application → the guard policies that hold for it, without what it is exempt from."""


def compile_side(contents: Contents, sides: Sides) -> Side:
    """Compiles a side as the gateway does. Raises `PolicyInvalid` or `ConditionInvalid`, which the checks of a submission exclude."""
    compiled = compile_revision(
        sides.revision,
        "",
        _replayable(contents),
        dict.fromkeys(sides.credentials, _PRESENT),
        embedded_url=sides.embedded_url,
        hash_key=sides.hash_key,
        now_s=sides.now_s,
    )
    return Side(
        compiled,
        {name: _policies(contents, application, sides.now_s) for name, application in compiled.applications.items()},
    )


def _replayable(contents: Contents) -> Contents:
    """Guard policies without classifiers and second tiers: no stored text is sent to a service or encoded again, and what they found is in
    the trail. And with time: whether a guard was quick enough on another day says nothing about a policy."""

    def replayable(policy: GuardPolicyBody) -> GuardPolicyBody:
        guards = tuple(
            replace(guard, second_tier=SecondOpinion()) if isinstance(guard, PromptInjection) else guard
            for guard in policy.guards
            if not GUARDS[type(guard)].asks_outside
        )
        return replace(policy, guards=guards, time_limit_ms=max(policy.time_limit_ms, _TIME_LIMIT_MS))

    policies = contents.get("guard_policy", {})
    return {
        **contents,
        "guard_policy": {name: entry._replace(body=replayable(entry.body)) for name, entry in policies.items()},
    }


def _policies(contents: Contents, application: CompiledApplication, now_s: float) -> tuple[GuardPolicyBody, ...]:
    exemptions = live_exemptions(contents, now_s)
    who = (application.name, application.team, application.tags)
    return tuple(
        without_exempted(entry.body, exempted_guards(entry.body, exemptions, *who))
        for entry in contents.get("guard_policy", {}).values()
        if covers(entry.body.scope, *who)
    )
