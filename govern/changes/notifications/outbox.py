"""The outbox: what is to be told, to whom and by which way, written in the transaction of what it tells."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from govern.models import Notification, Person


def put(event: str, subject_id: str, facts: Mapping[str, Any], people: Iterable[Person]) -> None:
    """One message for each person with an address and for each webhook. Who was told the same of the same subject is told nothing."""
    channel = Notification.Channel
    told = [(channel.EMAIL, person.email) for person in people if person.email] if settings.EMAIL_IS_CONFIGURED else []
    told += [(channel.WEBHOOK, url) for url in settings.GOVERN_WEBHOOK_URLS]
    Notification.objects.bulk_create(
        [
            Notification(event=event, subject_id=subject_id, channel=way, address=address, facts=facts)
            for way, address in dict.fromkeys(told)
        ],
        ignore_conflicts=True,
    )
