"""Sending the forms of a change's page, as a browser does."""

from typing import Any

from django.test import Client
from django.urls import reverse

from govern.models import ChangeRequest


def address(change: ChangeRequest, action: str = "change") -> str:
    """The page of a change, or where one of its forms is sent."""
    return reverse(f"admin:govern_changerequest_{action}", args=[change.pk])


def act(client: Client, change: ChangeRequest, action: str, **fields: str) -> Any:
    """Sends a form with the edition and digest that the page of the change shows; returns the page that follows."""
    seen = {"edition": str(change.edition), "digest": change.content_digest}
    return client.post(address(change, action), {**seen, **fields}, follow=True, headers={"referer": address(change)})


def text(answer: Any) -> str:
    """What the page says."""
    content: str = answer.content.decode()
    return content


def now(change: ChangeRequest) -> ChangeRequest:
    """The change as it is stored."""
    return ChangeRequest.objects.get(pk=change.pk)
