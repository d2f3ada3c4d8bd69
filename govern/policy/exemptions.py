"""Exemptions: a guard that is not asked for some applications until a day."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.body import guard_label
from govern.policy.bodies import ExemptionBody
from govern.policy.contents import Contents
from govern.policy.scope import covers


def live_exemptions(contents: Contents, now_s: float) -> list[ExemptionBody]:
    """The exemptions in force that have not ended at a Unix time."""
    bodies: list[ExemptionBody] = [entry.body for entry in contents.get("exemption", {}).values()]
    return [body for body in bodies if body.expires_at.timestamp() > now_s]


class Exempted(msgspec.Struct, frozen=True):
    """A guard of a policy that is not asked for an application, by which exemption, until when."""

    policy: str
    guard: str
    exemption: str
    until: datetime


def exempted_guards(
    policy: GuardPolicyBody, exemptions: Sequence[ExemptionBody], application: str, team: str, tags: tuple[str, ...]
) -> tuple[Exempted, ...]:
    """The guards of a policy that an application is exempt from; of several exemptions from one guard the one that lasts longest."""
    lasting: dict[str, ExemptionBody] = {}
    for exemption in exemptions:
        if exemption.guard_policy == policy.name and covers(exemption.scope, application, team, tags):
            other = lasting.get(exemption.guard)
            if other is None or exemption.expires_at > other.expires_at:
                lasting[exemption.guard] = exemption
    named = dict.fromkeys(guard_label(guard) for guard in policy.guards)
    return tuple(
        Exempted(policy.name, name, lasting[name].name, lasting[name].expires_at) for name in named if name in lasting
    )


def without_exempted(policy: GuardPolicyBody, exempted: Sequence[Exempted]) -> GuardPolicyBody:
    """The policy as it holds for an application: without the guards that it is exempt from."""
    exempt = {each.guard for each in exempted if each.policy == policy.name}
    if not exempt:
        return policy
    return replace(policy, guards=tuple(guard for guard in policy.guards if guard_label(guard) not in exempt))
