"""Going back: a change that proposes what was in force before another one. It takes the same way as any change.

What came into force since is not undone unnoticed: who rolls back says whether it stays or goes.
"""

from typing import Any, Literal, NamedTuple

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.differences import Clash, three_way
from govern.changes.drafts import Proposed, draft_of
from govern.changes.merging import merged_body
from govern.changes.refused import ChangeRefused
from govern.models import GOVERNED, ChangeItem, ChangeRequest, ChangeState, Person, Version
from govern.policy.canonical import canonical_json, content_digest

Later = Literal["", "keep", "undo"]
"""What becomes of later changes of the same objects: they stay, or they are undone as well. Empty: nobody has said."""


class Overtaken(NamedTuple):
    """An item of an applied change whose object was changed again. later: by what, oldest first. rows: the way back (`mine`: what was
    before) beside what is in force now (`theirs`), both from what the change had put in force."""

    item: ChangeItem
    live: Version | None
    later: list[ChangeRequest]
    rows: list[Clash]

    @property
    def stays(self) -> list[Clash]:
        """Places that this change changed and a later one changed again: they are not restored where later ones are kept."""
        return [row for row in self.rows if row.conflicts]


def overtaken_items(change: ChangeRequest) -> list[Overtaken]:
    """The items of an applied change of which something else is in force now. Two queries for each item that was overtaken."""
    found = []
    for item in change.items.select_related("base", "version"):
        target = GOVERNED[item.kind].objects.filter(name=item.object_name).select_related("active_version").first()
        live = target.active_version if target else None
        put, now = (item.sha256 if item.body is not None else None), (live.sha256 if live else None)
        if put == now:
            continue
        rows = three_way(item.body, item.base.body if item.base else None, live.body if live else None)
        found.append(Overtaken(item, live, _later(change, item), rows))
    return found


def later_changes(overtaken: list[Overtaken]) -> list[ChangeRequest]:
    """All changes that a way back to before would undo as well, each once, by number."""
    return sorted({change.pk: change for one in overtaken for change in one.later}.values(), key=lambda one: one.number)


def undone_with(change: ChangeRequest) -> list[ChangeRequest]:
    """Later changes of which a draft that rolls another one back would undo something."""
    if change.rolls_back is None:
        return []
    proposed = {(item.kind, item.object_name): item.body for item in change.items.all()}
    undoing = []
    for one in overtaken_items(change.rolls_back):
        key = (one.item.kind, one.item.object_name)
        if key in proposed:
            rows = three_way(one.item.body, proposed[key], one.live.body if one.live else None)
            if any(row.theirs != row.base and row.mine != row.theirs for row in rows):
                undoing.append(one)
    return later_changes(undoing)


def _later(change: ChangeRequest, item: ChangeItem) -> list[ChangeRequest]:
    touching = ChangeRequest.objects.filter(
        items__kind=item.kind,
        items__object_name=item.object_name,
        state__in=(ChangeState.APPLIED, ChangeState.EMERGENCY),
        revision_id__gt=change.revision_id or 0,
    )
    return list(touching.order_by("number").distinct())


@transaction.atomic
def propose_rollback(*, change: ChangeRequest, reason: str, by: Person, later: Later = "") -> ChangeRequest:
    """A draft that undoes an applied change, against what is in force now.

    Where its objects were changed again since, `later` says whether that stays: then only what this change had changed and nothing later
    changed again is restored. Raises `ChangeRefused`, with `later_changes` and their names if nobody has said.
    """
    if change.state != ChangeState.APPLIED:
        raise ChangeRefused("wrong_state", _("Only what was applied can be rolled back."))
    overtaken = {(one.item.kind, one.item.object_name): one for one in overtaken_items(change)}
    if overtaken and later not in ("keep", "undo"):
        raise ChangeRefused("later_changes", _told(change, list(overtaken.values())))
    back = []
    for item in change.items.select_related("base"):
        moved = overtaken.get((item.kind, item.object_name))
        before = item.base.body if item.base else None
        body = _kept(moved, before) if moved and later == "keep" else before
        live = moved.live if moved else item.version
        if body is None and live is not None:
            back.append(Proposed(item.kind, item.object_name, None))
        elif body is not None and (live is None or content_digest(canonical_json(body)) != live.sha256):
            back.append(Proposed(item.kind, item.object_name, body))
    if not back:
        raise ChangeRefused(
            "nothing_left",
            _("Nothing of %(change)s is left to undo: what it had changed was changed again since.")
            % {"change": change},
        )
    return draft_of(
        back,
        title=_("Roll back %(change)s: %(title)s") % {"change": change, "title": change.title[:150]},
        reason=reason,
        by=by,
        rolls_back=change,
    )


def _told(change: ChangeRequest, overtaken: list[Overtaken]) -> str:
    names = ", ".join(f"{one}: {one.title}" for one in later_changes(overtaken)) or ", ".join(
        one.item.object_name for one in overtaken
    )
    return _(
        "What %(change)s changed was changed again since (%(later)s). Say whether that stays or is undone as well; nothing was done yet."
    ) % {"change": change, "later": names}


def _kept(moved: Overtaken, before: Any) -> Any:
    """What is in force now, with what the change had changed put back where nothing later changed it."""
    live = moved.live
    if live is None or moved.item.body is None:
        return live.body if live else None  # retired, or created again, since: the later word stands
    if before is None:
        return live.body  # it was new with the change, and is another's work since
    try:
        return merged_body(moved.item.kind, live.body, before, moved.rows, lambda _row: False)
    except msgspec.ValidationError as error:
        raise ChangeRefused(
            "misfit",
            _(
                "%(name)s: what both say does not fit together (%(error)s). Undo the later changes as well, or propose the change by hand."
            )
            % {"name": moved.item.object_name, "error": error},
        ) from None


@transaction.atomic
def propose_version_again(*, version: Version, reason: str, by: Person) -> ChangeRequest:
    """A draft that puts an earlier version of an object in force again."""
    target = GOVERNED[version.kind].objects.get(pk=version.object_id)
    return draft_of(
        [Proposed(version.kind, target.name, version.body)],
        title=_("Put %(version)s in force again") % {"version": f"{target.name} v{version.number}"},
        reason=reason,
        by=by,
    )
