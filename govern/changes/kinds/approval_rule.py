"""Approval rules: how many people of which groups must approve which changes."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.approvals import eligible
from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason, weighed
from govern.identity.groups import APPROVING
from govern.models import ApprovalRule
from govern.policy.bodies import BODIES, ApprovalRuleBody
from routing.saying import Saying


def _risk(before: ApprovalRuleBody | None, after: ApprovalRuleBody | None) -> Iterator[Reason]:
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


def _references(known: Known, place: str, body: ApprovalRuleBody) -> None:
    for index, kind in enumerate(body.kinds):
        if kind != "*" and kind not in BODIES:
            known.report(
                f"{place}.kinds[{index}]",
                Saying(
                    "there is no kind `%(kind)s`. Known kinds: %(known)s, or `*`.", kind=kind, known=", ".join(BODIES)
                ),
            )
    known.roles(f"{place}.groups", body.groups, APPROVING)


def _reach(body: ApprovalRuleBody, bodies: Bodies) -> frozenset[str]:
    return frozenset(person.username for person in eligible(body.groups, without=()))


KIND = Kind(
    model=ApprovalRule,
    section="approval_rules",
    icon="how_to_reg",
    risk=_risk,
    references=_references,
    reach=_reach,
    by_break_glass=False,
)
