"""Retention, legal holds and erasures in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.presentation.amounts import moment
from audit.presentation.typesetting import composed
from govern.admin.sentences.sentence import Sentence, listing, strong
from govern.policy.keeping import ErasureBody, LegalHoldBody, Records, RetentionBody
from govern.policy.payload_export_body import PayloadExportBody


def retention(body: RetentionBody) -> list[Sentence]:
    """How long what is kept, one sentence each."""
    return [
        Sentence(
            composed(
                _("A month of the trail is dropped once all of it is older than {days}."), days=_days(body.trail_days)
            ),
            "auto_delete",
            "info",
            (
                _(
                    "Only what is sealed, exported and under no legal hold. Proofs and the hashes of what was dropped stay."
                ),
            ),
        ),
        Sentence(
            composed(
                _("Prompts and answers that were kept with values masked are removed after {days}."),
                days=_days(body.redacted_days),
            ),
            "visibility_off",
        ),
        Sentence(
            composed(
                _("Prompts and answers that were kept as they were are removed after {days}."),
                days=_days(body.full_days),
            ),
            "visibility",
        ),
    ]


def legal_hold(body: LegalHoldBody) -> list[Sentence]:
    """What stays, for which proceedings, and why."""
    return [
        Sentence(
            composed(_("For {matter} nothing of this is dropped or erased."), matter=strong(body.matter)), "gavel", "ok"
        ),
        *records_words(body.records),
        Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote"),
    ]


def erasure(body: ErasureBody) -> list[Sentence]:
    """What goes, and why."""
    return [
        Sentence(_("The keys of these prompts and answers are destroyed."), "delete_forever", "bad"),
        *records_words(body.records),
        Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote"),
    ]


def payload_export(body: PayloadExportBody) -> list[Sentence]:
    """Who may take out what, until when and why."""
    return [
        Sentence(
            composed(_("{person} may export these prompts and answers, once."), person=strong(body.person)),
            "lock_open",
            "bad",
            (_("As they were kept: masked or whole. What was erased leaves a tombstone."),),
        ),
        *records_words(body.records),
        Sentence(composed(_("Ends by itself on {day}."), day=strong(moment(body.expires_at))), "event_busy", "ok"),
        Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote"),
    ]


def records_words(records: Records) -> list[Sentence]:
    """Which records are meant, one sentence for each word that limits them."""
    said = []
    if records.applications:
        said.append(
            Sentence(composed(_("Calls of {applications}."), applications=listing(records.applications)), "apps")
        )
    if records.end_users:
        said.append(
            Sentence(composed(_("Calls behind which was {people}."), people=listing(records.end_users)), "person")
        )
    if records.since and records.until:
        text = composed(
            _("From {since} to before {until}."),
            since=strong(moment(records.since)),
            until=strong(moment(records.until)),
        )
        said.append(Sentence(text, "date_range"))
    elif records.since:
        said.append(Sentence(composed(_("From {since} on."), since=strong(moment(records.since))), "date_range"))
    elif records.until:
        said.append(Sentence(composed(_("Before {until}."), until=strong(moment(records.until))), "date_range"))
    return said or [Sentence(_("The whole trail, and all that was said."), "history_edu", "warn")]


def _days(days: int) -> str:
    return strong(ngettext("%s day", "%s days", days) % days)
