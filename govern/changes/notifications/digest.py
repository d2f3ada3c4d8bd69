"""The daily digest: one e-mail to everybody for whom something waits."""

from django.conf import settings
from django.utils import timezone

from govern.changes.notifications.telling import approvers_of
from govern.models import ChangeRequest, ChangeState, Notification, Person
from govern.public_address import public_address


def tell_digest() -> int:
    """Puts today's digests into the outbox; a second run of the day adds none. Returns to how many people."""
    if not settings.EMAIL_IS_CONFIGURED:
        return 0
    waiting: dict[Person, list[str]] = {}
    for change in ChangeRequest.objects.filter(state__in=(ChangeState.IN_REVIEW, ChangeState.EMERGENCY)):
        for person in approvers_of(change):
            waiting.setdefault(person, []).append(f"{change} ({change.risk}): {change.title}")
    told = [
        Notification(
            event="digest",
            subject_id=f"{timezone.now():%Y-%m-%d}",
            channel=Notification.Channel.EMAIL,
            address=person.email,
            facts={"lines": lines, "link": f"{public_address()}/admin/"},
        )
        for person, lines in waiting.items()
        if person.email
    ]
    Notification.objects.bulk_create(told, ignore_conflicts=True)
    return len(told)
