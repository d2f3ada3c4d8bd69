"""Writing an export that was asked for, from the queue to its pack. For a worker; everything before is `asking.py`."""

import errno
import logging
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from audit.exports.asked import Asked
from audit.exports.asking import ended
from audit.exports.events import export_expired, export_failed, export_finished, payload_exported
from audit.exports.making import Made, make_pack
from audit.exports.pack import Request
from audit.exports.parts import Stopped
from audit.exports.payloads import NotApproved, approval_of
from audit.exports.sealed_rows import NotAsSealed
from audit.models.export import TO_PROGRESS, Export, ExportLink
from audit.payloads.sealing import configured_sealer
from audit.sealing.sealer import Signer

KEPT = timedelta(days=7)
"""How long a finished pack can be fetched."""
DISK_FULL = gettext_noop("The disk is full. Make room where exports are kept, and ask again.")
NOT_WRITTEN = gettext_noop("The files could not be written. The worker's log says why; ask again once that is mended.")
CHANGED = gettext_noop("The trail is not as it was sealed, so nothing was exported. Run manage.py audit_verify.")
BROKEN = gettext_noop("The export failed because of a fault in Govern, which the worker's log names. Ask again.")
NOT_APPROVED = gettext_noop(
    "Prompts and answers stay where they are: the approval was taken back, changed, or is past its time."
)
_log = logging.getLogger("govern.exports")


def exports_folder() -> Path:
    """Where packs lie, for this system's user alone."""
    folder = Path(settings.GOVERN_EXPORTS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def pack_of(export: Export) -> Path:
    return exports_folder() / f"{export.pk}.zip"


def run_export(export_id: uuid.UUID, *, signer: Signer, version: str) -> None:
    """Writes an export that waits or was lost; one that has ended, or that another worker is at, is left alone."""
    export = _claim(export_id)
    if export is None:
        return
    try:
        made = _make(export, signer, version)
    except Stopped:
        _remove(export)
    except NotApproved:
        _fail(export, NOT_APPROVED)
    except NotAsSealed as wrong:
        _log.error("Export %s: %s", export.pk, wrong)
        _fail(export, CHANGED)
    except OSError as wrong:
        _log.error("Export %s cannot be written: %s", export.pk, wrong.strerror)
        _fail(export, DISK_FULL if wrong.errno in {errno.ENOSPC, errno.EDQUOT} else NOT_WRITTEN)
    except Exception as error:
        # Its words may quote a text: only its kind is logged and shown.
        _log.error("Export %s failed: %s", export.pk, type(error).__name__)
        _fail(export, BROKEN)
    else:
        try:
            _finish(export, made)
        except NotApproved:
            _fail(export, NOT_APPROVED)


@transaction.atomic
def _claim(export_id: uuid.UUID) -> Export | None:
    export = Export.objects.select_for_update().unfinished().filter(pk=export_id).first()
    now = timezone.now()
    if export is None or (export.progressed_at and export.progressed_at > now - TO_PROGRESS):
        return None
    export.state, export.progressed_at = Export.State.RUNNING, now
    export.save(update_fields=["state", "progressed_at"])
    return export


def _make(export: Export, signer: Signer, version: str) -> Made:
    def told(rows: int) -> None:
        running = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING)
        if not running.update(rows=rows, progressed_at=timezone.now()):
            raise Stopped

    approval = approval_of(export)
    return make_pack(
        # What was approved, and not what the row says: a row can be written over.
        asked=approval.asked if approval else msgspec.convert(export.asked, Asked, strict=False),
        formats=export.formats,
        checkpoint=export.checkpoint,
        folder=exports_folder() / f"{export.pk}.parts",
        target=pack_of(export),
        signer=signer,
        version=version,
        request=Request(
            export=str(export.pk),
            asked_by=export.asked_by,
            asked_at=export.asked_at.isoformat(),
            approval=approval.name if approval else None,
            approved_by=", ".join(approval.approved_by) if approval else None,
        ),
        told=told,
        sealer=configured_sealer() if approval else None,
    )


@transaction.atomic
def _finish(export: Export, made: Made) -> None:
    approval = approval_of(export)
    now = timezone.now()
    finished = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING).update(
        state=Export.State.FINISHED,
        asked=ended(export),
        rows=made.rows,
        bytes=pack_of(export).stat().st_size,
        manifest_sha256=made.manifest,
        ended_at=now,
        expires_at=min(now + KEPT, approval.expires_at) if approval else now + KEPT,
    )
    if finished and approval:
        payload_exported(
            actor=export.asked_by,
            export=str(export.pk),
            approval=approval.name,
            approved_by=list(approval.approved_by),
            reason=approval.reason,
            calls=made.calls,
            opened=made.opened,
            manifest=made.manifest,
        )
    if finished:
        export_finished(actor=export.asked_by, export=str(export.pk), rows=made.rows, manifest=made.manifest)
    else:
        _remove(export)


@transaction.atomic
def _fail(export: Export, problem: str) -> None:
    _remove(export)
    running = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING)
    if running.update(state=Export.State.FAILED, asked=ended(export), problem=problem, ended_at=timezone.now()):
        export_failed(actor=export.asked_by, export=str(export.pk), reason=problem)


def _remove(export: Export) -> None:
    shutil.rmtree(exports_folder() / f"{export.pk}.parts", ignore_errors=True)
    pack_of(export).unlink(missing_ok=True)


def expire_exports() -> int:
    """Removes packs and links that are past their time. Returns how many packs."""
    now = timezone.now()
    ExportLink.objects.filter(expires_at__lt=now).delete()
    expired = list(Export.objects.filter(state=Export.State.FINISHED, expires_at__lt=now))
    for export in expired:
        with transaction.atomic():
            _remove(export)
            Export.objects.filter(pk=export.pk).update(state=Export.State.EXPIRED)
            export_expired(actor=None, export=str(export.pk))
    return len(expired)
