"""Exemptions: a guard that is not asked for some applications until a day."""

from collections.abc import Sequence

from msgspec.structs import replace

from govern.enforcement.bodies import GuardPolicyBody, guard_label
from govern.policy.bodies import ExemptionBody
from govern.policy.contents import Contents
from govern.policy.scope import covers


def live_exemptions(contents: Contents, now_s: float) -> list[ExemptionBody]:
    """The exemptions in force that have not ended at a Unix time."""
    bodies: list[ExemptionBody] = [entry.body for entry in contents.get("exemption", {}).values()]
    return [body for body in bodies if body.expires_at.timestamp() > now_s]


def without_exempted(
    policy: GuardPolicyBody, exemptions: Sequence[ExemptionBody], application: str, team: str, tags: tuple[str, ...]
) -> GuardPolicyBody:
    """The policy as it holds for an application: without the guards that it is exempt from."""
    exempt = {
        exemption.guard
        for exemption in exemptions
        if exemption.guard_policy == policy.name and covers(exemption.scope, application, team, tags)
    }
    if not exempt:
        return policy
    return replace(policy, guards=tuple(guard for guard in policy.guards if guard_label(guard) not in exempt))
