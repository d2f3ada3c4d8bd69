"""Rebasing: writing a change anew upon what has come into force since it was begun."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.differences import Clash, three_way
from govern.changes.drafts import edited_draft
from govern.changes.merging import merged_body
from govern.changes.refused import ChangeRefused
from govern.models import GOVERNED, ChangeItem, ChangeRequest, Person, Version
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


class RebaseSides(NamedTuple):
    """Who stands where both changed a place: "mine" or "theirs" `everywhere` or, if that is empty, at each of `places`, by `place_key`."""

    everywhere: str = ""
    places: Mapping[str, str] = {}

    def of(self, item: ChangeItem, row: Clash) -> str:
        """The side that stands at a place; nothing if nobody has decided."""
        said = self.everywhere or self.places.get(place_key(item, row), "")
        return said if said in ("mine", "theirs") else ""


def place_key(item: ChangeItem, row: Clash) -> str:
    """What names a place among all of a change: `budget/organisation:limit_usd`."""
    return f"{item.kind}/{item.object_name}:{row.place}"


def undecided(moved: list[Moved], sides: RebaseSides) -> list[tuple[ChangeItem, Clash]]:
    """Places that both sides changed and for which nobody has said who stands."""
    return [(one.item, row) for one in moved for row in one.conflicts if not sides.of(one.item, row)]


@transaction.atomic
def rebase_change(
    *, change: ChangeRequest, by: Person, edition: int, mine_wins: bool = False, sides: RebaseSides | None = None
) -> ChangeRequest:
    """Moves every item onto what is in force: what others changed elsewhere is taken over.

    Where both changed the same place, the draft's content stands if `mine_wins`, or as `sides` say; otherwise `ChangeRefused` names the
    places.
    """
    draft = edited_draft(change, by, edition)
    sides = sides or RebaseSides("mine" if mine_wins else "")
    moved = moved_items(draft)
    open_places = [f"{item.object_name}: {row.place or _('the whole')}" for item, row in undecided(moved, sides)]
    if open_places:
        raise ChangeRefused(
            "conflict",
            _("Both sides changed: %(places)s. Decide which one stands.") % {"places": ", ".join(open_places)},
        )
    for one in moved:
        _rebase(one, sides)
    return draft


def _rebase(moved: Moved, sides: RebaseSides) -> None:
    item, live = moved.item, moved.live
    whole = [sides.of(item, row) for row in moved.rows if not row.place and row.conflicts]
    if live is None and (item.action == ChangeItem.Action.RETIRE or whole == ["theirs"]):
        item.delete()
        return
    target = GOVERNED[item.kind].objects.filter(name=item.object_name).first()
    item.object_id = target.pk if target else item.object_id
    item.base = live
    if item.action == ChangeItem.Action.RETIRE and whole == ["theirs"]:
        item.delete()
        return
    if item.action != ChangeItem.Action.RETIRE:
        merged = _together(moved, sides) if live else item.body
        item.canonical = canonical_json(merged)
        item.sha256 = content_digest(item.canonical)
        item.action = ChangeItem.Action.UPDATE if live else ChangeItem.Action.CREATE
    item.save()


def _together(moved: Moved, sides: RebaseSides) -> Any:
    item, live = moved.item, moved.live
    assert live is not None  # only then is there something to bring together
    try:
        return merged_body(item.kind, live.body, item.body, moved.rows, lambda row: sides.of(item, row) == "mine")
    except msgspec.ValidationError as error:
        if sides.everywhere == "mine":
            return item.body
        if sides.everywhere == "theirs":
            return live.body
        raise ChangeRefused(
            "misfit",
            _(
                "%(name)s: what both say does not fit together (%(error)s). Let this change or what is in force stand everywhere."
            )
            % {"name": item.object_name, "error": error},
        ) from None
