"""The risk of changing teams, applications, roles, approval rules, exemptions and stops."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.risk.reason import Reason, weighed
from govern.identity.groups import APPROVING, PRIVILEGED
from govern.policy.bodies import (
    ApplicationBody,
    ApprovalRuleBody,
    EndUsers,
    ExemptionBody,
    MembershipBody,
    StopBody,
    TeamBody,
)

_CLASSES = ("public", "internal", "confidential", "restricted")


def team(before: TeamBody | None, after: TeamBody | None) -> Iterator[Reason]:
    """Tags select policies."""
    if after is None:
        yield Reason("medium", _("retires a team"))
    elif before is None:
        yield Reason("low", _("adds a team"))
    elif before.tags != after.tags:
        yield Reason("medium", _("changes tags, which select policies"))


def application(before: ApplicationBody | None, after: ApplicationBody | None) -> Iterator[Reason]:
    """An application's words select the policies that cover it."""
    if after is None:
        yield Reason("medium", _("retires an application; its keys stop working"))
        return
    if before is None:
        yield Reason("medium", _("adds an application"))
        return
    if before.data_class != after.data_class:
        stricter = _CLASSES.index(after.data_class) > _CLASSES.index(before.data_class)
        yield weighed(
            stricter, _("raises the data class") if stricter else _("lowers the data class"), tightened="medium"
        )
    if before.models != after.models:
        fewer = bool(after.models) and (not before.models or set(after.models) <= set(before.models))
        yield weighed(fewer, _("changes which models it may name"), loosened="medium")
    if before.end_users != after.end_users:
        yield from _end_users(before.end_users, after.end_users)
    if (before.team, before.tags, before.environment) != (after.team, after.tags, after.environment):
        yield Reason("high", _("changes which policies and budgets cover it"))


def _end_users(before: EndUsers, after: EndUsers) -> Iterator[Reason]:
    """Whose word counts about who somebody is decides what conditions and budgets make of it."""
    if (before.issuer, before.audience, before.claim) != (after.issuer, after.audience, after.claim):
        no_more = before.issuer and not after.issuer
        yield Reason(
            "medium" if no_more else "high",
            _("believes no tokens about end users any more")
            if no_more
            else _("changes whose tokens about end users are believed"),
        )
    if (before.group_claim, before.other_claims) != (after.group_claim, after.other_claims):
        yield Reason("medium", _("changes what conditions read of end users' tokens"))
    if before.record != after.record:
        yield weighed(
            after.record == "digest",
            _("records end users by a digest") if after.record == "digest" else _("records end users by name"),
        )


def approval_rule(before: ApprovalRuleBody | None, after: ApprovalRuleBody | None) -> Iterator[Reason]:
    """Who may approve is what everything else rests on."""
    if after is None:
        yield Reason("critical", _("retires an approval rule"))
    elif before is None:
        yield Reason("high", _("adds an approval rule"))
    elif before != after:
        looser = (
            after.quorum < before.quorum
            or bool(set(after.groups) - set(before.groups))
            or not (set(before.kinds) <= set(after.kinds) or "*" in after.kinds)
            or not set(before.risk) <= set(after.risk)
        )
        yield weighed(
            not looser,
            _("makes approval easier") if looser else _("makes approval harder"),
            loosened="critical",
            tightened="high",
        )


def exemption(before: ExemptionBody | None, after: ExemptionBody | None) -> Iterator[Reason]:
    """A guard that does not look."""
    if after is None:
        yield Reason("low", _("ends an exemption"))
    elif before is None:
        yield Reason("high", _("exempts applications from a guard"))
    else:
        shorter = (before.guard_policy, before.guard, before.scope) == (
            after.guard_policy,
            after.guard,
            after.scope,
        ) and after.expires_at <= before.expires_at
        yield weighed(shorter, _("shortens an exemption") if shorter else _("extends an exemption"))


def membership(before: MembershipBody | None, after: MembershipBody | None) -> Iterator[Reason]:
    """Whoever may approve can let anything pass."""
    was, now = (set(side.groups) if side else set() for side in (before, after))
    gained, lost = now - was, was - now
    if gained & APPROVING:
        yield Reason("critical", _("gives somebody a role that approves"))
    elif gained & PRIVILEGED:
        yield Reason("high", _("gives somebody a powerful role"))
    elif gained:
        yield Reason("low", _("gives somebody a role"))
    if after and after.sign_in_code and after.sign_in_code != (before.sign_in_code if before else ""):
        yield Reason("critical", _("confirms that an account is its person's own"))
    if lost:
        yield Reason("medium" if lost & APPROVING else "low", _("takes a role from somebody"))
    owned, owns = ({*side.teams, *side.applications} if side else set() for side in (before, after))
    if owns - owned:
        yield Reason("medium", _("lets somebody see the calls of more applications and issue keys of them"))


def stop(before: StopBody | None, after: StopBody | None) -> Iterator[Reason]:
    """Off is safe; on again is not."""
    if after is None:
        yield Reason("high", _("lets stopped traffic flow again"))
    else:
        yield Reason("low", _("stops traffic"))
