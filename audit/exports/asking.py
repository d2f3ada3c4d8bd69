"""Asking for an export, and giving one up. A worker is told once the transaction that asks has been committed."""

from collections.abc import Sequence
from typing import Any

import msgspec
from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.exports.asked import Asked
from audit.exports.events import export_asked, export_cancelled
from audit.exports.formats import FORMATS
from audit.exports.making import NothingSealed, newest_checkpoint
from audit.exports.pack import asked_told
from audit.models.export import Export

MOST_AT_ONCE = 3
"""Unfinished exports of one person."""
_TASK = "govern.tasks.write_export"
"""By its name: tasks know what they call, and not the other way round."""


class ExportRefused(ValueError):
    """The export cannot be had; says what to do instead."""


@transaction.atomic
def ask_for_export(*, asked: Asked, formats: Sequence[str], by: str, approval: tuple[str, str] | None = None) -> Export:
    """An export of what is sealed now. approval: name and version of what lets it hold prompts and answers. Raises `ExportRefused`, and
    `IntegrityError` where the approval was used.
    """
    chosen = [name for name in FORMATS if name in formats]
    if not chosen or len(chosen) != len(formats):
        raise ExportRefused(_("Choose at least one format, of those that are offered."))
    if Export.objects.unfinished().filter(asked_by=by).count() >= MOST_AT_ONCE:
        raise ExportRefused(
            _("%(n)d exports of yours are under way. Wait for one, or cancel it.") % {"n": MOST_AT_ONCE}
        )
    try:
        checkpoint = newest_checkpoint()
    except NothingSealed:
        raise ExportRefused(_("Nothing is sealed yet. Ask again in some seconds.")) from None
    name, version = approval or ("", None)
    export = Export.objects.create(
        asked_by=by,
        asked=msgspec.to_builtins(asked),
        formats=chosen,
        checkpoint=checkpoint,
        payloads=name,
        approval=version,
    )
    export_asked(actor=by, export=str(export.pk), formats=chosen, asked=asked_told(asked), payloads=name or None)
    # Without a broker it waits, and is resumed. Not a partial: Django names what failed, and a partial has no name.
    transaction.on_commit(lambda: _send(export), robust=True)
    return export


@transaction.atomic
def cancel_export(*, export: Export, by: str) -> None:
    """Gives an export up that is not finished; its worker stops within some thousand rows. Only who asked may."""
    found = Export.objects.select_for_update().unfinished().filter(pk=export.pk, asked_by=by)
    if found.update(state=Export.State.CANCELLED, asked=ended(export), ended_at=timezone.now()):
        export_cancelled(actor=by, export=str(export.pk))


def ended(export: Export) -> dict[str, Any]:
    """What was asked of an export that has ended: an end user by their mark, since only writing it needed the name."""
    return asked_told(msgspec.convert(export.asked, Asked, strict=False))


def resume_lost_exports() -> int:
    """Asks again for the work that got lost with its worker or with the queue. Returns how much there was."""
    lost: list[Any] = list(Export.objects.lost())
    for export in lost:
        _send(export)
    return len(lost)


def _send(export: Export) -> None:
    current_app.signature(_TASK, [str(export.pk)]).delay()
