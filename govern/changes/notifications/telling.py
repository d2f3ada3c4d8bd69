"""Who is told of what. Writes to the outbox in the caller's transaction; sending is another task's work."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from govern.changes.approvals import authors_of, eligible, hands_in, progress
from govern.changes.notifications.outbox import put
from govern.identity.groups import OFFICER, OWNER
from govern.identity.ownership import owned_by
from govern.models import ChangeRequest, ChangeState, Person, Review
from govern.public_address import public_address

EXPIRES_SOON = timedelta(hours=24)


def tell_of_submission(change: ChangeRequest) -> None:
    """Those who may approve a change: it waits for them."""
    _tell("change.awaiting", change, approvers_of(change))


def tell_of_decision(change: ChangeRequest) -> None:
    """The authors: a change was approved, rejected, sent back, applied or has expired."""
    event = {
        ChangeState.APPROVED: "change.approved",
        ChangeState.SCHEDULED: "change.approved",
        ChangeState.REJECTED: "change.rejected",
        ChangeState.CHANGES_REQUESTED: "change.sent_back",
        ChangeState.EXPIRED: "change.expired",
    }.get(ChangeState(change.state))
    if event:
        _tell(event, change, _authors_of(change))


def tell_of_force(change: ChangeRequest) -> None:
    """The authors and whoever reviewed it: a change is in force."""
    reviewers = Person.objects.filter(pk__in=change.reviews.values("reviewer_id"), is_active=True)
    _tell("change.applied", change, {*_authors_of(change), *reviewers})


def tell_of_broken_glass(change: ChangeRequest) -> None:
    """Everybody who may ratify it, and every compliance officer: something is in force that nobody approved."""
    officers = Person.objects.filter(is_active=True, groups__name="compliance_officer").exclude(
        pk=change.requested_by_id
    )
    _tell("change.glass_broken", change, {*approvers_of(change), *officers})


def tell_of_containment(*, application: str, rule: str, until: datetime, revision: int) -> None:
    """Compliance officers, and the owners of the application: a rule stopped it."""
    facts = {
        "application": application,
        "rule": rule,
        "until": f"{until:%Y-%m-%d %H:%M} UTC",
        "link": f"{public_address()}/admin/govern/stop/",
    }
    people = [
        person
        for person in Person.objects.filter(is_active=True, groups__name__in=(OFFICER, OWNER)).distinct()
        if person.groups.filter(name=OFFICER).exists()
        or ((owned := owned_by(person)) is not None and application in owned.applications)
    ]
    put("traffic.contained", f"revision/{revision}", facts, people)


def tell_of_expiring() -> int:
    """Those whose approval is missing for a change that expires within a day. Returns for how many changes."""
    soon = timezone.now() + EXPIRES_SOON
    found = ChangeRequest.objects.filter(
        Q(state=ChangeState.IN_REVIEW, approve_by__lte=soon) | Q(state=ChangeState.EMERGENCY, lapses_at__lte=soon)
    )
    for change in found:
        _tell("change.expiring", change, approvers_of(change))
    return len(found)


def approvers_of(change: ChangeRequest) -> list[Person]:
    """Whose approval would count for something that is still missing, and who has not approved it as it is."""
    missing = {group for needed in progress(change) if not needed.is_met for group in needed.groups}
    approved = change.reviews.filter(digest=change.content_digest, verdict=Review.Verdict.APPROVE)
    return eligible(missing, without={*hands_in(change), *approved.values_list("reviewer_id", flat=True)})


def _authors_of(change: ChangeRequest) -> list[Person]:
    return list(Person.objects.filter(pk__in=authors_of(change), is_active=True))


def _tell(event: str, change: ChangeRequest, people: Iterable[Person]) -> None:
    facts = {
        "change": str(change),
        "title": change.title,
        "risk": change.risk,
        "requested_by": change.requested_by_name,
        "state": change.state,
        "incident": change.incident,
        "link": f"{public_address()}/admin/govern/changerequest/{change.pk}/change/",
    }
    subject = (
        f"{change}/{change.content_digest[:16]}"
        if event != "change.expiring"
        else f"{change}/{timezone.now():%Y-%m-%d}"
    )
    put(event, subject, facts, people)
