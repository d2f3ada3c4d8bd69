"""Links by which somebody fetches an export once: for the person who asked, for some minutes, and used by a POST alone.

Whoever follows a link for them, such as a scanner of mail, only sees a page with a button.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.exports.asking import ExportRefused
from audit.exports.events import export_downloaded
from audit.exports.payloads import NotApproved, approval_of
from audit.exports.running import pack_of
from audit.models.export import Export, ExportLink

VALID = timedelta(minutes=15)


def make_link(*, export: Export, by: str) -> tuple[str, ExportLink]:
    """A secret that fetches a finished export once, and what is kept of it. Raises `ExportRefused`."""
    if export.asked_by != by:
        raise ExportRefused(_("Only the person who asked for an export may fetch it. Ask for one of your own."))
    if export.state != Export.State.FINISHED:
        raise ExportRefused(_("The export cannot be fetched: it is not finished, or past its time."))
    _require_approval(export)
    token = secrets.token_urlsafe(32)
    link = ExportLink.objects.create(
        token_sha256=_digest(token), export=export, person=by, expires_at=timezone.now() + VALID
    )
    return token, link


def link_holds(*, token: str, by: str) -> bool:
    """Whether the link could be used now; looking does not use it."""
    return _usable(token, by).exists()


@transaction.atomic
def use_link(*, token: str, by: str) -> Path:
    """The pack that a link stands for; the link is used up. Raises `ExportRefused`."""
    link = _usable(token, by).select_for_update(of=("self",)).select_related("export").first()
    if link is None:
        raise ExportRefused(
            _("The link was used, is past its time, or is somebody else's. Make another on the page of exports.")
        )
    _require_approval(link.export)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    path = pack_of(link.export)
    if not path.exists():
        raise ExportRefused(_("The pack is not there any more. Ask for the export again."))
    export_downloaded(actor=by, export=str(link.export_id), payloads=link.export.payloads or None)
    return path


def _require_approval(export: Export) -> None:
    """What holds prompts and answers is handed over only while its approval holds. Raises `ExportRefused`."""
    try:
        approval_of(export)
    except NotApproved as why:
        raise ExportRefused(str(why)) from None


def _usable(token: str, by: str) -> "models.QuerySet[ExportLink]":
    # Looked up by its digest: how long that takes says nothing of the link.
    return ExportLink.objects.filter(
        token_sha256=_digest(token),
        person=by,
        used_at=None,
        expires_at__gt=timezone.now(),
        export__state=Export.State.FINISHED,
    )


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
