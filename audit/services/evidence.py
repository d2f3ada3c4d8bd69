"""Making an evidence pack, which leaves an event."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from audit.evidence.catalogue import frameworks
from audit.evidence.packs import LANGUAGES, Pack, build_pack
from audit.evidence.records import Span
from audit.models import Checkpoint
from audit.trail.events import record_event

MOST_DAYS = 5 * 366


class EvidenceRefused(ValueError):
    """No pack is made; the message says why."""


def make_pack(
    *, framework: str, span: Span, language: str, form: str, actor: str | None, checkpoint: int | None = None
) -> Pack:
    """A pack for a person (a username), who reads it as a page or takes it along as a file (`form`).

    checkpoint: the number of the one to rest on; None for the newest. Raises `EvidenceRefused`.
    """
    if framework not in frameworks():
        raise EvidenceRefused(_("There is no framework “%(said)s”. Choose one of the list.") % {"said": framework[:80]})
    if language not in LANGUAGES:
        raise EvidenceRefused(_("Packs are written in English (en) and Traditional Chinese (zh-hant)."))
    if not span.start < span.end:
        raise EvidenceRefused(_("The span ends before it begins."))
    if span.end - span.start > timedelta(days=MOST_DAYS):
        raise EvidenceRefused(_("A pack covers at most five years. Choose a shorter span."))
    rests_on = _checkpoint(checkpoint)
    pack = build_pack(framework, span, language, rests_on)
    record_event(
        type="evidence.made",
        actor=actor,
        context={
            "framework": framework,
            "form": form,
            "language": language,
            "since": span.start.isoformat(),
            "until": span.end.isoformat(),
            "checkpoint": rests_on.number if rests_on else 0,
            "size": rests_on.size if rests_on else 0,
            "root": bytes(rests_on.root).hex() if rests_on else "",
        },
    )
    return pack


def read_span(first: str, last: str) -> Span:
    """Whole days in UTC, both included. Raises `EvidenceRefused`."""
    return Span(_midnight(first), _midnight(last) + timedelta(days=1))


def _midnight(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
        if not 1970 <= day.year <= 9_000:
            raise ValueError
    except ValueError:
        raise EvidenceRefused(_("“%(said)s” is no day. Write it as 2026-11-26.") % {"said": text[:40]}) from None
    return datetime.combine(day, time.min, UTC)


def _checkpoint(number: int | None) -> Checkpoint | None:
    found = Checkpoint.objects.defer("leaves", "frontier").order_by("-number")
    if number is None:
        return found.first()
    chosen = found.filter(number=number).first()
    if chosen is None:
        raise EvidenceRefused(_("There is no checkpoint %(n)s.") % {"n": number})
    return chosen
