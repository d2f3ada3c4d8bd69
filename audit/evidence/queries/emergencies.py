"""What one person may do at once: break the glass and stop traffic; and what became of it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Cell, Figure, of, table
from audit.evidence.event_words import actor, event_address, linked, median_span, moment, said
from audit.evidence.queries.register import query
from audit.evidence.records import Records
from audit.models import AuditEvent
from audit.presentation.amounts import count, span
from audit.presentation.values import stopped_label
from audit.trail.events import INTENT

_STOPS_MEASURED = 20
_LOOKED_AT = timedelta(minutes=1)
_AFTER = f"""
SELECT stop.number, max(extract(epoch FROM call.at - stop.at))::float
FROM unnest(%(ats)s::timestamptz[], %(revisions)s::int[], %(applications)s::text[])
    WITH ORDINALITY AS stop (at, revision, application, number)
JOIN audit_event AS call ON call.type = '{INTENT}' AND call.at > stop.at AND call.at < stop.at + %(looked_at)s::interval
    AND call.revision < stop.revision AND (stop.application = '' OR call.application = stop.application)
WHERE call.seq <= %(last)s AND call.seq <> ALL (%(late)s)
GROUP BY 1
"""


@query
def emergencies(records: Records) -> Answer | None:
    """Changes that one person put in force, and whether others reviewed them."""
    events = records.events("change.glass_broken")
    if not events:
        return None
    ends = records.events("change.ratified", "change.reverted", later=True)
    ended = [(event, _end_of(event, ends)) for event in events]
    took = [end.at - event.at for event, end in ended if end]
    figures = [
        Figure(_("Times the glass was broken"), count(len(events))),
        Figure(
            _("Ratified by others"),
            of(sum(end is not None and end.type == "change.ratified" for _e, end in ended), len(events)),
        ),
        Figure(
            _("Taken out of force"),
            of(sum(end is not None and end.type == "change.reverted" for _e, end in ended), len(events)),
        ),
        Figure(_("Named an incident"), of(sum(bool(event.fields.get("incident")) for event in events), len(events))),
    ]
    if took:
        figures.append(Figure(_("Median time until it was ratified or taken out"), median_span(took)))
    return Answer(
        figures=figures,
        table=table(
            [_("Change"), _("What"), _("By"), _("Incident"), _("Time"), _("What became of it")],
            [
                [
                    Cell(said(event, "change"), records.activity_address(about=said(event, "change"))),
                    Cell(said(event, "title"), event_address(event)),
                    actor(event),
                    said(event, "incident"),
                    moment(event.at),
                    _became(event, end),
                ]
                for event, end in ended
            ],
        ),
        address=records.activity_address(type="change."),
    )


@query
def stops(records: Records) -> Answer | None:
    """When people turned traffic off, and when the last call was still admitted by what was in force before."""
    events = records.events("traffic.stopped")
    if not events:
        return None
    after = _seconds_after(records, events[:_STOPS_MEASURED])
    return Answer(
        figures=[
            Figure(_("Times traffic was stopped"), count(len(events))),
            Figure(_("With a reason"), of(sum(bool(event.fields.get("reason")) for event in events), len(events))),
            Figure(
                _("No call admitted by the earlier revision more than a second later"),
                of(sum(seconds <= 1 for seconds in after.values()), len(after)),
            ),
        ],
        table=table(
            [_("Time"), _("What was stopped"), _("By"), _("Reason"), _("Last call admitted by the earlier revision")],
            [
                [
                    linked(event, seconds=True),
                    stopped_label(event.fields.get("stopped")),
                    actor(event),
                    said(event, "reason"),
                    _last(after.get(event.seq)),
                ]
                for event in events
            ],
        ),
        address=records.activity_address(type="traffic."),
        note=_("Looked at for a minute after each stop: of one application its own calls, of anything else all calls.")
        if len(events) <= _STOPS_MEASURED
        else _("Measured for the last %(n)s stops, for a minute after each.") % {"n": _STOPS_MEASURED},
    )


def _seconds_after(records: Records, events: list[AuditEvent]) -> dict[int, float]:
    """Stop → after how many seconds a call was last admitted that did not know of it; 0 without one."""
    rows = records.ask(
        _AFTER,
        ats=[event.at for event in events],
        revisions=[event.revision for event in events],
        applications=[_application(event) for event in events],
        looked_at=_LOOKED_AT,
    )
    found = {events[int(number) - 1].seq: seconds for number, seconds in rows}
    return {event.seq: found.get(event.seq, 0.0) for event in events}


def _application(event: AuditEvent) -> str:
    kind, _colon, name = said(event, "stopped").partition(":")
    return name if kind == "application" else ""


def _last(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return _("%(n)s s later") % {"n": f"{seconds:.1f}"} if seconds else _("none")


def _end_of(event: AuditEvent, ends: list[AuditEvent]) -> AuditEvent | None:
    """What first became of an emergency."""
    change = event.fields.get("change")
    return next(
        (end for end in reversed(ends) if end.fields.get("change") == change and _order(end) > _order(event)), None
    )


def _order(event: AuditEvent) -> tuple[datetime, int]:
    return event.at, event.seq


def _became(event: AuditEvent, end: AuditEvent | None) -> str:
    if end is None:
        return _("open")
    word = _("ratified") if end.type == "change.ratified" else _("taken out of force")
    return _("%(what)s after %(span)s") % {"what": word, "span": span(end.at - event.at)}
