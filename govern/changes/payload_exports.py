"""Exporting prompts and answers: what a request in force names, by the person whom it names, once.

Four eyes hold twice. The database puts no request in force that others have not approved; and whoever approved it, or counts as one with
somebody who did, may not run it. What is exported is read from the version in force when texts are opened, and never from the row of
the export, so nothing that is written there can widen it.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.exports.asked import CALLS, Asked
from audit.exports.asking import ExportRefused, ask_for_export
from audit.exports.payloads import Approval, NotApproved
from audit.models.export import Export
from govern.changes.approvals import are_one
from govern.keeping.standing import approved_by
from govern.models import PayloadExport, Person
from govern.policy.payload_export_body import PayloadExportBody

REVEAL = "audit.reveal_payload"


def export_payloads(*, name: str, formats: Sequence[str], by: Person) -> Export:
    """Begins the export that a request in force lets a person have. Raises `ExportRefused`."""
    try:
        approval = _approval(name, by.get_username())
        with transaction.atomic():
            return ask_for_export(
                asked=approval.asked, formats=formats, by=by.get_username(), approval=(name, approval.version)
            )
    except NotApproved as why:
        raise ExportRefused(str(why)) from None
    except IntegrityError:
        raise ExportRefused(
            _("This approval was used: it is good for one export. Propose another one if more is needed.")
        ) from None


def approval_of_export(export: Export) -> Approval:
    """The approval of an export, as it is now. Raises `NotApproved` if it was taken back, changed or has expired."""
    approval = _approval(export.payloads, export.asked_by)
    if approval.version != str(export.approval):
        raise NotApproved(_("What was approved has changed since this was asked for. Ask again."))
    return approval


def _approval(name: str, username: str) -> Approval:
    found = PayloadExport.objects.in_force().filter(name=name).first()
    body: PayloadExportBody | None = found.body if found else None
    if found is None or body is None or found.active_version is None or body.person != username:
        raise NotApproved(
            _(
                "No request “%(name)s” is in force that lets you export prompts and answers. Propose one at Exports of prompts; "
                "others approve it."
            )
            % {"name": name[:120]}
        )
    if body.expires_at <= timezone.now():
        raise NotApproved(_("The time of what was approved is over. Propose it again."))
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None or not person.has_perm(REVEAL):
        raise NotApproved(_("Only who may reveal what was said may export it: compliance officers and auditors."))
    if getattr(found.active_version, "item", None) is None:
        raise NotApproved(_("It came with the installation, and nobody approved it. Propose it anew."))
    approvers = approved_by(found.active_version)
    if any(name == username or are_one([name, username]) for name in approvers):
        raise NotApproved(
            _("You approved this yourself, or somebody did who counts as one with you. Let others approve.")
        )
    return Approval(name, str(found.active_version.pk), _asked(body), approvers, body.reason, body.expires_at)


def _asked(body: PayloadExportBody) -> Asked:
    records = body.records
    return Asked(
        since=records.since,
        until=records.until,
        types=CALLS,
        within=records.applications or None,
        marks=records.end_users,
    )
