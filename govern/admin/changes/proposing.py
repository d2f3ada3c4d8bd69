"""Where changes are proposed: the addresses of the forms that write proposed versions."""

from django.http import HttpRequest
from django.urls import reverse

from govern.models import ChangeItem, Governed

STOPPED_AT_ONCE = "stop"
"""The kind that no form proposes: traffic is stopped at once, and let flow again from the page of what is stopped."""


def may_propose(request: HttpRequest, kind: str) -> bool:
    """Whether the person may propose objects of a kind."""
    return kind != STOPPED_AT_ONCE and request.user.has_perm("govern.propose_change")


def new_address(kind: str) -> str:
    """The form that proposes a new object of a kind."""
    return reverse("admin:govern_changerequest_propose", args=[kind])


def change_address(found: Governed) -> str:
    """The form that proposes a change of an object."""
    return reverse("admin:govern_changerequest_propose", args=[found.KIND, found.name])


def retire_address(found: Governed) -> str:
    """The page that proposes to retire an object."""
    return reverse("admin:govern_changerequest_retire", args=[found.KIND, found.name])


def item_address(item: ChangeItem) -> str | None:
    """The form that edits a proposed version in its draft; None for a retirement, which has nothing to edit."""
    return reverse("admin:govern_changerequest_item", args=[item.pk]) if item.canonical else None
