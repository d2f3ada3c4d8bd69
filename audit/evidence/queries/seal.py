"""The seal over the trail, and its verifications."""

from datetime import datetime
from statistics import median

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Figure, of, table
from audit.evidence.event_words import actor, linked, moment, number, said
from audit.evidence.queries.register import query
from audit.evidence.records import Records
from audit.models import Checkpoint
from audit.presentation.amounts import count

_SHOWN = 10

# Numbers have no gaps and rise with time, so the first checkpoint from a moment on is found by halving.
_FIRST_FROM = """
WITH RECURSIVE search (low, high) AS (
    SELECT 1::bigint, %(number)s::bigint + 1
    UNION ALL
    SELECT CASE WHEN found.at < %(moment)s THEN middle + 1 ELSE low END, CASE WHEN found.at < %(moment)s THEN high ELSE middle END
    FROM search, LATERAL (SELECT (low + high) / 2 AS middle) AS half, LATERAL (
        SELECT at FROM audit_checkpoint WHERE number = middle
    ) AS found
    WHERE low < high
)
SELECT low FROM search WHERE low >= high
"""
_LAG = """
SELECT extract(epoch FROM sealed.at - event.at)::float
FROM audit_event AS event, LATERAL (
    SELECT at FROM audit_checkpoint WHERE xid_to > event.xid AND last_seq >= event.seq ORDER BY xid_to LIMIT 1
) AS sealed
WHERE event.seq = ANY (%(numbers)s) AND event.at >= %(start)s AND event.at < %(end)s
"""


@query
def sealing(records: Records) -> Answer | None:
    """Checkpoints that were made in the span, and how long calls waited for one."""
    if records.checkpoint is None:
        return None
    first = _first_from(records, records.span.start)
    last = (_first_from(records, records.span.end) or 0) - 1
    if first is None or last < first:
        return None
    newest = list(
        Checkpoint.objects.filter(number__gt=max(last - _SHOWN, first - 1), number__lte=last)
        .only("number", "at", "size", "root", "key_id")
        .order_by("-number")
    )
    before = Checkpoint.objects.filter(number=first).values_list("first", flat=True).first() or 0
    figures = [
        Figure(_("Checkpoints made"), count(last - first + 1)),
        Figure(_("Events they sealed"), count(newest[0].size - before)),
    ]
    lags = [max(0.0, row[0]) for row in records.ask(_LAG, numbers=[call.seq for call in records.sample.calls])]
    if lags:
        figures += [
            Figure(_("Median time until a call was sealed"), _seconds(median(lags))),
            Figure(_("Longest time until a call was sealed, of those looked at"), _seconds(max(lags))),
        ]
    return Answer(
        figures=figures,
        table=table(
            [_("Checkpoint"), _("Time"), _("Events under it"), _("Root of the tree"), _("Signing key")],
            [
                [
                    str(found.number),
                    moment(found.at, seconds=True),
                    count(found.size),
                    bytes(found.root).hex()[:16] + "…",
                    found.key_id,
                ]
                for found in newest
            ],
            total=last - first + 1,
        ),
    )


@query
def verifications(records: Records) -> Answer | None:
    """When the trail was verified, and what came of it."""
    events = records.events("trail.verified")
    if not events:
        return None
    good = [event for event in events if event.fields.get("ok") is True]
    return Answer(
        figures=[
            Figure(_("Verifications"), count(len(events))),
            Figure(_("Found the trail complete and as sealed"), of(len(good), len(events))),
            Figure(_("Last verification"), moment(events[0].at)),
        ],
        table=table(
            [_("Time"), _("Who"), _("Result"), _("Intents"), _("Outcomes"), _("Orphans")],
            [
                [
                    linked(event),
                    actor(event),
                    _("complete and unchanged") if event.fields.get("ok") is True else said(event, "first_fault"),
                    *(number(event, name) for name in ("intents", "outcomes", "orphans")),
                ]
                for event in events
            ],
        ),
        address=records.activity_address(type="trail."),
    )


def _first_from(records: Records, at: datetime) -> int | None:
    assert records.checkpoint is not None
    rows = records.ask(_FIRST_FROM, number=records.checkpoint.number, moment=at)
    return rows[0][0] if rows else None


def _seconds(length: float) -> str:
    return _("%(n)s s") % {"n": f"{length:.1f}"}
