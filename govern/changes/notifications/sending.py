"""Sending what the outbox holds. What fails is tried again, later each time, and given up after a day."""

import hmac
from datetime import timedelta

import httpx
import msgspec
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from govern.changes.notifications.messages import subject, text
from govern.models import Notification
from routing.client import fault_of_url

FIRST_WAIT = timedelta(seconds=30)
ATTEMPTS = 12
"""With waits that double up to two hours: about a day."""
LONGEST_WAIT = timedelta(hours=2)
TIMEOUT_S = 10.0
BATCH = 100


def send_due() -> int:
    """Sends up to a hundred notifications. Returns how many were sent. Two senders do not send the same one."""
    sent = 0
    for _number in range(BATCH):
        with transaction.atomic():
            found = Notification.objects.select_for_update(skip_locked=True).due().order_by("try_at").first()
            if found is None:
                return sent
            try:
                (_send_webhook if found.channel == Notification.Channel.WEBHOOK else _send_email)(found)
            except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:  # smtplib's errors are OSErrors
                _put_off(found, type(error).__name__)
            else:
                found.sent_at, found.error = timezone.now(), ""
                sent += 1
            found.attempts += 1
            found.save()
    return sent


def _put_off(notification: Notification, why: str) -> None:
    notification.error = why
    if notification.attempts + 1 >= ATTEMPTS:
        notification.given_up_at = timezone.now()
    notification.try_at = timezone.now() + min(FIRST_WAIT * 2**notification.attempts, LONGEST_WAIT)


def _send_email(notification: Notification) -> None:
    said = subject(notification.event, notification.facts)
    send_mail(said, text(notification.event, notification.facts), None, [notification.address])


def _send_webhook(notification: Notification) -> None:
    """POSTs JSON. `x-govern-signature` is `sha256=` and the HMAC of the body under GOVERN_WEBHOOK_SECRET.

    Raises `httpx.InvalidURL` for an address that may not be called, private ones aside: the operator wrote it.
    """
    if fault_of_url(notification.address, allow_private=True, query=True):
        raise httpx.InvalidURL("a webhook's address must be one that may be called")
    body = msgspec.json.encode(
        {
            "id": str(notification.pk),
            "event": notification.event,
            "at": notification.created_at.isoformat(),
            "text": subject(notification.event, notification.facts),
            **notification.facts,
        }
    )
    headers = {"content-type": "application/json", "user-agent": "govern"}
    if secret := settings.GOVERN_WEBHOOK_SECRET:
        headers["x-govern-signature"] = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
    answer = httpx.post(notification.address, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
    answer.raise_for_status()
    if answer.is_redirect:
        raise httpx.TooManyRedirects("a webhook's address must answer itself", request=answer.request)
