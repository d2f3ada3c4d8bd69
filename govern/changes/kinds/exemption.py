"""Exemptions: a guard that is not asked for some applications until a day."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import Reason, weighed
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.body import guard_label
from govern.models import Exemption
from govern.policy.bodies import ExemptionBody
from govern.policy.scope import covers
from routing.saying import Saying


def _risk(before: ExemptionBody | None, after: ExemptionBody | None) -> Iterator[Reason]:
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


def _references(known: Known, place: str, body: ExemptionBody) -> None:
    known.name(f"{place}.guard_policy", "guard_policy", body.guard_policy)
    known.scope(place, body.scope)
    if not (body.scope.teams or body.scope.applications or body.scope.tags):
        known.report(
            f"{place}.scope", Saying("must name whom it exempts; to exempt everyone, take the guard out of the policy.")
        )
    _, policy = known.bodies["guard_policy"].get(body.guard_policy, ("", None))
    if isinstance(policy, GuardPolicyBody):
        labels = [guard_label(guard) for guard in policy.guards]
        if body.guard not in labels:
            known.report(
                f"{place}.guard",
                Saying(
                    "`%(policy)s` has no guard `%(guard)s`. It has: %(guards)s.",
                    policy=body.guard_policy,
                    guard=body.guard,
                    guards=", ".join(labels),
                ),
            )


def _reach(body: ExemptionBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, tags: covers(body.scope, app.name, app.team, tags))


KIND = Kind(
    model=Exemption,
    section="exemptions",
    icon="shield_question",
    risk=_risk,
    references=_references,
    reach=_reach,
)
