"""Access-review campaigns: started, decided about by others than whom they concern, closed once nothing is open.

A role is never taken here: revoking proposes a change of the role assignment, which others approve like any.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.changes.approvals import are_one
from govern.changes.drafts import Proposed, draft_of
from govern.changes.refused import ChangeRefused
from govern.changes.submission import submit_change
from govern.identity.events import access_closed, access_decided, access_started
from govern.identity.groups import OWNER
from govern.models import AccessCampaign, AccessDecision, ChangeRequest, ChangeState, Membership, Person
from govern.policy.bodies import MembershipBody

GIVEN_UP = (ChangeState.REJECTED, ChangeState.WITHDRAWN, ChangeState.EXPIRED)
"""A revocation whose change ended so has not happened: somebody decides again."""


@transaction.atomic
def start_campaign(*, title: str, due_at: datetime, roles: Collection[str], by: Person) -> AccessCampaign:
    """A campaign about everybody who holds one of the roles now. Raises `ChangeRefused`."""
    if due_at <= timezone.now():
        raise ChangeRefused("past", _("The day by which it is due has passed. Choose a later one."))
    held = list(
        Person.objects.filter(groups__name__in=roles)
        .order_by("username", "groups__name")
        .values_list("pk", "groups__name")
    )
    if not held:
        raise ChangeRefused("nobody", _("Nobody holds one of these roles. Choose others."))
    reviewers = _reviewers()
    for person in Person.objects.filter(pk__in={pk for pk, _role in held}).order_by("username"):
        if not any(_may_decide_about(person, reviewer) for reviewer in reviewers):
            raise ChangeRefused(
                "nobody_else",
                _(
                    "Nobody could decide about %(person)s but themselves. Give somebody else a role that reviews access first."
                )
                % {"person": person.username},
            )
    campaign = AccessCampaign.objects.create(title=title.strip(), due_at=due_at, started_by=by)
    AccessDecision.objects.bulk_create(AccessDecision(campaign=campaign, person_id=pk, role=role) for pk, role in held)
    access_started(
        actor=by.username,
        campaign=campaign.title,
        roles=sorted(roles),
        held=len(held),
        due=due_at.isoformat(timespec="seconds"),
    )
    return campaign


@transaction.atomic
def decide_access(
    *, campaign: AccessCampaign, person: Person, revoked: Collection[str], reason: str, by: Person
) -> ChangeRequest | None:
    """Decides about every role of a person that is open: those in `revoked` are to be taken away, the others are kept.

    Returns the change that others approve, if anything is revoked. Raises `ChangeRefused`.
    """
    _open(campaign)
    if not _may_decide_about(person, by):
        raise ChangeRefused(
            "own", _("You count as one person with %(person)s. Somebody else decides.") % {"person": person.username}
        )
    if not reason.strip():
        raise ChangeRefused("reason", _("Say why: the reason is what an auditor reads first."))
    rows = {row.role: row for row in _locked(campaign) if row.person_id == person.pk and is_open(row)}
    if not rows or not set(revoked) <= set(rows):
        raise ChangeRefused("decided", _("Somebody has decided about this meanwhile. Look at the page again."))
    change = _revocation(campaign, person, revoked, reason, by) if revoked else None
    for role, row in rows.items():
        row.verdict = AccessDecision.Verdict.REVOKED if role in revoked else AccessDecision.Verdict.KEPT
        row.reason, row.decided_by, row.decided_at = reason.strip(), by, timezone.now()
        row.change = change if role in revoked else None
        row.save(update_fields=["verdict", "reason", "decided_by", "decided_at", "change"])
        access_decided(
            actor=by.username,
            campaign=campaign.title,
            person=person.username,
            role=role,
            verdict=str(row.verdict),
            reason=row.reason,
            change=str(change) if row.change else None,
        )
    return change


@transaction.atomic
def close_campaign(*, campaign: AccessCampaign, by: Person) -> AccessCampaign:
    """Ends a campaign in which nothing is open and every revoked role is gone. Raises `ChangeRefused`."""
    locked = _open(campaign)
    rows = _locked(campaign)
    held = set(Person.objects.filter(groups__isnull=False).values_list("pk", "groups__name"))
    waiting = []
    for row in rows:
        holds = (row.person_id, row.role) in held
        if is_open(row) and not holds:
            row.verdict, row.reason, row.decided_by, row.decided_at, row.change = (
                AccessDecision.Verdict.GONE,
                "",
                None,
                None,
                None,
            )
            row.save(update_fields=["verdict", "reason", "decided_by", "decided_at", "change"])
        elif is_open(row) or (row.verdict == AccessDecision.Verdict.REVOKED and holds):
            waiting.append(f"{row.person.username}: {row.role}")
    if waiting:
        raise ChangeRefused(
            "waiting", _("Not yet decided, or revoked and still held: %(what)s.") % {"what": ", ".join(waiting)}
        )
    locked.closed_by, locked.closed_at = by, timezone.now()
    locked.save(update_fields=["closed_by", "closed_at"])
    verdicts = [row.verdict for row in rows]
    access_closed(
        actor=by.username,
        campaign=locked.title,
        kept=verdicts.count("kept"),
        revoked=verdicts.count("revoked"),
        gone=verdicts.count("gone"),
    )
    return locked


def is_open(row: AccessDecision) -> bool:
    """Whether somebody has to decide (again)."""
    return not row.verdict or (row.change is not None and row.change.state in GIVEN_UP)


def _open(campaign: AccessCampaign) -> AccessCampaign:
    locked = AccessCampaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.closed_at is not None:
        raise ChangeRefused("closed", _("This campaign is closed. Start another one."))
    return locked


def _locked(campaign: AccessCampaign) -> Sequence[AccessDecision]:
    """Its rows; whoever decides has locked the campaign."""
    return list(campaign.decisions.select_related("person", "change"))


def _reviewers() -> list[Person]:
    return list(Person.objects.filter(is_active=True, groups__permissions__codename="review_access").distinct())


def _may_decide_about(person: Person, by: Person) -> bool:
    """Nobody decides about themselves, nor about an account in whose name they could act, or the other way round."""
    return person.pk != by.pk and not are_one([person.username, by.username])


def _revocation(
    campaign: AccessCampaign, person: Person, revoked: Collection[str], reason: str, by: Person
) -> ChangeRequest:
    """The change that takes the roles away, submitted: the assignment without them, and without what only they let somebody own."""
    found = Membership.objects.in_force().filter(name=person.username).first()
    body = found.body if found else MembershipBody(name=person.username)
    left = tuple(sorted(set(person.groups.values_list("name", flat=True)) - set(revoked)))
    owns = OWNER in left
    change = draft_of(
        [
            Proposed(
                Membership.KIND,
                person.username,
                MembershipBody(
                    name=person.username,
                    groups=left,
                    teams=body.teams if owns else (),
                    applications=body.applications if owns else (),
                ),
            )
        ],
        title=_("Access review: take roles from %(person)s") % {"person": person.username},
        reason=f"{campaign.title}: {reason.strip()}",
        by=by,
    )
    return submit_change(change=change, by=by, edition=change.edition)
