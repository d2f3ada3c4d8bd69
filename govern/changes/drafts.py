"""Drafts: writing down what should change. Nothing here touches what is in force."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from govern.changes.locking import locked_change, move_change, require_edition, require_state
from govern.changes.refused import ChangeRefused
from govern.changes.secrets import SealedSecret
from govern.models import GOVERNED, ChangeAuthor, ChangeItem, ChangeRequest, ChangeState, Governed, Person
from govern.models.change import EDITABLE
from govern.policy.bodies import BODIES, body_name
from govern.policy.canonical import canonical_json, content_digest


@transaction.atomic
def open_change(
    *,
    title: str,
    reason: str,
    by: Person,
    effective_at: datetime | None = None,
    apply_by: datetime | None = None,
    rolls_back: ChangeRequest | None = None,
) -> ChangeRequest:
    """A new, empty draft."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('govern.actor', %s, true), nextval('govern_change_number')", [by.username])
        number = cursor.fetchone()[1]
    change = ChangeRequest.objects.create(
        number=number,
        title=title,
        reason=reason,
        requested_by=by,
        requested_by_name=by.username,
        effective_at=effective_at,
        apply_by=apply_by,
        rolls_back=rolls_back,
    )
    ChangeAuthor.objects.create(change=change, person=by)
    return change


@transaction.atomic
def describe_change(
    *,
    change: ChangeRequest,
    title: str,
    reason: str,
    effective_at: datetime | None,
    apply_by: datetime | None,
    by: Person,
    edition: int,
) -> ChangeRequest:
    """Changes what a draft says about itself. Raises `ChangeRefused`."""
    draft = edited_draft(change, by, edition)
    draft.title, draft.reason, draft.effective_at, draft.apply_by = title, reason, effective_at, apply_by
    draft.save()
    return draft


class Proposed(NamedTuple):
    """An object to put into a draft: as it is to be, or `body` None where it is to be retired."""

    kind: str
    name: str
    body: Any


@transaction.atomic
def draft_of(
    items: Iterable[Proposed],
    *,
    title: str,
    reason: str,
    by: Person,
    effective_at: datetime | None = None,
    apply_by: datetime | None = None,
    rolls_back: ChangeRequest | None = None,
) -> ChangeRequest:
    """A new draft of several objects: all of them, or nothing. Raises `ChangeRefused`."""
    draft = open_change(
        title=title, reason=reason, by=by, effective_at=effective_at, apply_by=apply_by, rolls_back=rolls_back
    )
    for item in items:
        if item.body is None:
            propose_retirement(change=draft, kind=item.kind, name=item.name, by=by, edition=draft.edition)
        else:
            propose_version(change=draft, kind=item.kind, body=item.body, by=by, edition=draft.edition)
    return draft


@transaction.atomic
def propose_version(
    *, change: ChangeRequest, kind: str, body: Any, by: Person, edition: int, secret: SealedSecret | None = None
) -> ChangeItem:
    """Puts a body into a draft, in place of what the draft said of the object before.

    Based on what is in force now, or on what the draft's item was based on already. Raises `ChangeRefused`.
    """
    draft = edited_draft(change, by, edition)
    name = body_name(kind, body)
    live = _live(kind, name)
    canonical = canonical_json(body)
    item = draft.items.filter(kind=kind, object_name=name).first() or ChangeItem(
        change=draft,
        kind=kind,
        object_name=name,
        object_id=live.pk if live else uuid4(),
        base=live.active_version if live else None,
    )
    item.action = ChangeItem.Action.UPDATE if item.base else ChangeItem.Action.CREATE
    item.canonical, item.sha256, item.author = canonical, content_digest(canonical), by
    if secret:
        item.secret, item.secret_sha256 = secret.as_json(), secret.sha256
    item.save()
    return item


@transaction.atomic
def propose_retirement(*, change: ChangeRequest, kind: str, name: str, by: Person, edition: int) -> ChangeItem:
    """Says in a draft that an object is to be retired. Raises `ChangeRefused`."""
    draft = edited_draft(change, by, edition)
    live = _live(kind, name)
    if live is None or live.active_version is None:
        raise ChangeRefused(
            "not_in_force", _("There is no %(kind)s named “%(name)s” in force.") % {"kind": kind, "name": name}
        )
    draft.items.filter(kind=kind, object_name=name).delete()
    return ChangeItem.objects.create(
        change=draft,
        action=ChangeItem.Action.RETIRE,
        kind=kind,
        object_id=live.pk,
        object_name=name,
        base=live.active_version,
        author=by,
    )


@transaction.atomic
def drop_item(*, change: ChangeRequest, kind: str, name: str, by: Person, edition: int) -> None:
    """Takes an object out of a draft. Raises `ChangeRefused`."""
    edited_draft(change, by, edition).items.filter(kind=kind, object_name=name).delete()


def decode_proposal(kind: str, value: Any) -> Any:
    """The typed body of plain values. Raises `ChangeRefused` with the place of what does not fit."""
    if kind not in BODIES:
        raise ChangeRefused(
            "unknown_kind",
            _("There is no kind “%(kind)s”. Known kinds: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(BODIES)},
        )
    try:
        return msgspec.convert(value, BODIES[kind])
    except msgspec.ValidationError as error:
        raise ChangeRefused("invalid_body", str(error)) from None


def edited_draft(change: ChangeRequest, by: Person, edition: int) -> ChangeRequest:
    """The draft, locked, with its edition raised and the editor among its authors. Raises `ChangeRefused`."""
    draft = locked_change(change, by=by)
    require_state(draft, *EDITABLE)
    require_edition(draft, edition)
    draft.edition += 1
    if draft.state == ChangeState.DRAFT:
        draft.save(update_fields=["edition"])
    else:
        move_change(draft, ChangeState.DRAFT)
    ChangeAuthor.objects.get_or_create(change=draft, person=by)
    change.edition, change.state = draft.edition, draft.state
    return draft


def _live(kind: str, name: str) -> Governed | None:
    return GOVERNED[kind].objects.filter(name=name).select_related("active_version").first()
