"""Saving what was written into a draft, without ever writing over what somebody else saved meanwhile."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from govern.changes.drafts import drop_item, open_change, propose_retirement, propose_version
from govern.changes.refused import ChangeRefused
from govern.changes.secrets import SealedSecret
from govern.models import ChangeItem, ChangeRequest, Governed, Person
from govern.policy.bodies import ExemptionBody, body_name


class SavedMeanwhile(ChangeRefused):
    """The draft already says something else of the object: `item`, or nothing of it any more."""

    def __init__(self, refused: ChangeRefused | None, item: ChangeItem | None) -> None:
        super().__init__("stale_edition", refused.message if refused else "")
        self.item = item


@dataclass(frozen=True, slots=True)
class SavedObject:
    """Where a proposal goes: into a draft as it was at an edition, or into a new one. `seen`: digest of what the draft says of it."""

    draft: ChangeRequest | None
    edition: int
    seen: str
    title: str
    reason: str


@transaction.atomic
def save_proposal(
    *, target: SavedObject, kind: str, body: Any, by: Person, secret: SealedSecret | None, item: ChangeItem | None
) -> ChangeRequest:
    """Puts a body into the draft, or into a new one. `item` is what is edited; one that only the draft creates may be renamed.

    Raises `ChangeRefused`, as `SavedMeanwhile` where somebody else was faster.
    """
    reason = target.reason or (body.reason if isinstance(body, ExemptionBody) else "")
    change = target.draft or open_change(title=target.title, reason=reason, by=by)
    edition = target.edition if target.draft else change.edition
    name = body_name(kind, body)
    saved = change.items.filter(kind=kind, object_name=name).select_related("base").first()
    if saved and saved.sha256 != target.seen:
        raise SavedMeanwhile(None, saved)
    try:
        if item and item.object_name != name:
            drop_item(change=change, kind=kind, name=item.object_name, by=by, edition=edition)
            edition = change.edition
        propose_version(change=change, kind=kind, body=body, by=by, edition=edition, secret=secret)
    except ChangeRefused as refused:
        if refused.code == "stale_edition":
            raise SavedMeanwhile(refused, saved) from None
        raise
    return change


@transaction.atomic
def save_retirement(*, target: SavedObject, found: Governed, by: Person) -> ChangeRequest:
    """Says in the draft, or in a new one, that an object is to be retired. Raises `ChangeRefused`."""
    change = target.draft or open_change(title=target.title, reason=target.reason, by=by)
    edition = target.edition if target.draft else change.edition
    propose_retirement(change=change, kind=found.KIND, name=found.name, by=by, edition=edition)
    return change
