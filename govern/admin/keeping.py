"""How long records are kept, which must stay, and what is to be erased."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin
from govern.admin.sentences.keeping import records_words
from govern.models import Erasure, LegalHold, Retention
from govern.policy.keeping import Records


@admin.register(Retention)
class RetentionAdmin(GovernedAdmin):
    """Retention."""

    lead = gettext_lazy(
        "How long the trail and what was said are kept. A month is dropped as a whole, once it is old enough, sealed, exported and under "
        "no legal hold; proofs go on to hold."
    )
    empty_heading = gettext_lazy("Nothing is dropped")
    empty_advice = gettext_lazy(
        "Without a rule the trail stays for good, and prompts and answers are removed after 400 days."
    )
    shows_in_list = ("trail", "masked", "whole")

    @column(gettext_lazy("trail"))
    def trail(self, found: Retention) -> str:
        return _days(found.body.trail_days) if found.body else ""

    @column(gettext_lazy("masked prompts and answers"))
    def masked(self, found: Retention) -> str:
        return _days(found.body.redacted_days) if found.body else ""

    @column(gettext_lazy("whole prompts and answers"))
    def whole(self, found: Retention) -> str:
        return _days(found.body.full_days) if found.body else ""


@admin.register(LegalHold)
class LegalHoldAdmin(GovernedAdmin):
    """Legal holds."""

    lead = gettext_lazy(
        "Records that must stay, whatever retention and erasure say. A hold is released by retiring it, which others have to approve."
    )
    empty_heading = gettext_lazy("No legal holds")
    empty_advice = gettext_lazy("Retention and erasure go by their rules alone.")
    shows_in_list = ("matter", "records")

    @column(gettext_lazy("matter"))
    def matter(self, found: LegalHold) -> str:
        return found.body.matter if found.body else _("Hold released")

    @column(gettext_lazy("records"))
    def records(self, found: LegalHold) -> str:
        return _records(found.body.records) if found.body else ""


@admin.register(Erasure)
class ErasureAdmin(GovernedAdmin):
    """Erasures."""

    lead = gettext_lazy(
        "What was said that is to be erased. Once others have approved it, manage.py erase destroys the keys of these prompts and answers."
    )
    empty_heading = gettext_lazy("No erasures")
    empty_advice = gettext_lazy("Nobody's request to erase is open.")
    shows_in_list = ("reason", "records")

    @column(gettext_lazy("reason"))
    def reason(self, found: Erasure) -> str:
        return found.body.reason if found.body else _("Erasure closed")

    @column(gettext_lazy("records"))
    def records(self, found: Erasure) -> str:
        return _records(found.body.records) if found.body else ""


def _records(records: Records) -> SafeString:
    return format_html_join(" ", "{}", ((said.text,) for said in records_words(records)))


def _days(days: int) -> str:
    return ngettext("%s day", "%s days", days) % days
