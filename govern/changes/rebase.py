"""Rebasing: writing a change anew upon what has come into force since it was begun."""

import re
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.differences import ABSENT, Clash, by_label, three_way
from govern.changes.drafts import edited_draft
from govern.changes.refused import ChangeRefused
from govern.models import GOVERNED, ChangeItem, ChangeRequest, Person, Version
from govern.policy.bodies import BODIES
from govern.policy.canonical import canonical_json, content_digest


class Moved(NamedTuple):
    """An item whose base is not in force any more."""

    item: ChangeItem
    live: Version | None
    rows: list[Clash]

    @property
    def conflicts(self) -> list[Clash]:
        """Places that both sides changed."""
        return [row for row in self.rows if row.conflicts]


def moved_items(change: ChangeRequest) -> list[Moved]:
    """The items that must be rebased, with the three-way difference of each."""
    found = []
    for item in change.items.select_related("base"):
        target = GOVERNED[item.kind].objects.filter(name=item.object_name).select_related("active_version").first()
        live = target.active_version if target else None
        if (live.pk if live else None) == item.base_id and (target is None or target.pk == item.object_id):
            continue
        base = item.base.body if item.base else None
        found.append(Moved(item, live, three_way(base, item.body, live.body if live else None)))
    return found


@transaction.atomic
def rebase_change(*, change: ChangeRequest, by: Person, edition: int, mine_wins: bool = False) -> ChangeRequest:
    """Moves every item onto what is in force: what others changed elsewhere is taken over.

    Where both changed the same place, the draft's content stands if `mine_wins`; otherwise `ChangeRefused` names the places.
    """
    draft = edited_draft(change, by, edition)
    for moved in moved_items(draft):
        if moved.conflicts and not mine_wins:
            places = ", ".join(f"{moved.item.object_name}: {row.place}" for row in moved.conflicts)
            raise ChangeRefused(
                "conflict", _("Both sides changed: %(places)s. Decide which one stands.") % {"places": places}
            )
        _rebase(moved)
    return draft


def _rebase(moved: Moved) -> None:
    item, live = moved.item, moved.live
    target = GOVERNED[item.kind].objects.filter(name=item.object_name).first()
    item.object_id = target.pk if target else item.object_id
    item.base = live
    if item.action == ChangeItem.Action.RETIRE:
        if live is None:
            item.delete()
            return
    else:
        merged = merge(item.kind, live.body, item.body, moved.rows) if live else item.body
        item.canonical = canonical_json(merged)
        item.sha256 = content_digest(item.canonical)
        item.action = ChangeItem.Action.UPDATE if live else ChangeItem.Action.CREATE
    item.save()


_STEP = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")


def merge(kind: str, theirs: Any, mine: Any, rows: list[Clash]) -> Any:
    """Their body with every place that mine changed. A change of the order of rows is taken from theirs.

    Where a merged body does not fit its schema, mine stands whole.
    """
    plain = msgspec.json.decode(canonical_json(theirs))
    for row in rows:
        if row.mine != row.base and not row.place.endswith(".order"):
            _put(plain, row.place, row.mine)
    try:
        return msgspec.convert(plain, BODIES[kind])
    except msgspec.ValidationError:
        return mine


def _put(value: Any, place: str, wanted: Any) -> None:
    """Writes into plain values at a place such as `guards[pii].action`. A row that is gone stays gone."""
    *way, (row, field) = _STEP.findall(place)
    for through, name in way:
        value = by_label(value).get(through) if through else value.setdefault(name, {})
        if value is None:
            return
    if not row:
        if wanted is ABSENT:
            value.pop(field, None)
        else:
            value[field] = wanted
        return
    labels = list(by_label(value))
    if row not in labels:
        if wanted is not ABSENT:
            value.append(wanted)
    elif wanted is ABSENT:
        del value[labels.index(row)]
    else:
        value[labels.index(row)] = wanted
