"""Role assignments: which roles a person holds, and what they own."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason
from govern.identity.groups import APPROVING, GROUPS, OWNER, PRIVILEGED
from govern.models import Membership
from govern.policy.bodies import MembershipBody
from routing.saying import Saying


def _risk(before: MembershipBody | None, after: MembershipBody | None) -> Iterator[Reason]:
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


def _references(known: Known, place: str, body: MembershipBody) -> None:
    known.roles(f"{place}.groups", body.groups, GROUPS)
    for field, kind in (("teams", "team"), ("applications", "application")):
        for index, name in enumerate(getattr(body, field)):
            known.name(f"{place}.{field}[{index}]", kind, name)
            if OWNER not in body.groups:
                known.report(
                    f"{place}.{field}[{index}]",
                    Saying("only who has the role `%(role)s` owns anything; give that role, too.", role=OWNER),
                )


def _reach(body: MembershipBody, bodies: Bodies) -> frozenset[str]:
    return frozenset({body.name})


KIND = Kind(
    model=Membership,
    section="people",
    icon="badge",
    risk=_risk,
    references=_references,
    reach=_reach,
    by_break_glass=False,
)
