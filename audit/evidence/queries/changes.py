"""Changes of what is in force: who proposed, approved and applied them, and what was tried before."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Cell, Chart, Figure, Series, of, table
from audit.evidence.event_words import event_address, linked, median_span, moment, number, said
from audit.evidence.queries.register import query
from audit.evidence.records import Records
from audit.models import AuditEvent
from audit.presentation.amounts import count, span

_EARLIER = timedelta(days=90)
"""How long before the span a change may have been proposed, reviewed or replayed that was applied in it."""


class _Applied(NamedTuple):
    """A change that was put in force. proposed_by: None where its proposal is not among what was read."""

    event: AuditEvent
    change: str
    proposed_by: str | None
    proposed_at: datetime | None
    approved_by: list[str]
    approved_at: datetime | None

    @property
    def by_others(self) -> bool:
        """Whether nobody approved their own proposal."""
        return self.proposed_by is not None and bool(self.approved_by) and self.proposed_by not in self.approved_by


def _applied(records: Records) -> list[_Applied]:
    """Changes of the span, newest first."""
    steps: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in records.events("change.submitted", "change.reviewed", before=_EARLIER):
        steps[said(event, "change")].append(event)
    return [_told(event, steps[said(event, "change")]) for event in records.events("change.applied")]


def _told(event: AuditEvent, steps: list[AuditEvent]) -> _Applied:
    earlier = [step for step in steps if (step.at, step.seq) < (event.at, event.seq)]
    submitted = next((step for step in earlier if step.type == "change.submitted"), None)
    named = event.fields.get("approved_by")
    approvers = [str(name) for name in named] if isinstance(named, list) else []
    approved = [
        step.at
        for step in earlier
        if step.type == "change.reviewed" and step.fields.get("verdict") == "approve" and step.actor in approvers
    ]
    return _Applied(
        event,
        said(event, "change"),
        submitted.actor if submitted else None,
        submitted.at if submitted else None,
        approvers,
        max(approved, default=None),
    )


@query
def changes_approved(records: Records) -> Answer | None:
    """Whether somebody else than the proposer approved what came into force, and how long that took."""
    applied = _applied(records)
    if not applied:
        return None
    took = [one.approved_at - one.proposed_at for one in applied if one.approved_at and one.proposed_at]
    figures = [
        Figure(_("Changes put in force"), count(len(applied))),
        Figure(
            _("Approved by somebody else than who proposed them"),
            of(sum(one.by_others for one in applied), len(applied)),
        ),
        Figure(
            _("Put in force with a second factor"),
            of(sum(bool(one.event.fields.get("second_factor")) for one in applied), len(applied)),
        ),
    ]
    if took:
        figures.append(Figure(_("Median time from proposal to the last approval"), median_span(took)))
    return Answer(
        figures=figures,
        table=table(
            [
                _("Change"),
                _("What"),
                _("Proposed by"),
                _("Approved by"),
                _("Proposal to approval"),
                _("In force"),
                _("Revision"),
            ],
            [
                [
                    Cell(one.change, records.activity_address(about=one.change)),
                    Cell(said(one.event, "title"), event_address(one.event)),
                    one.proposed_by or "–",
                    ", ".join(one.approved_by) or "–",
                    span(one.approved_at - one.proposed_at) if one.approved_at and one.proposed_at else "–",
                    moment(one.event.at),
                    str(one.event.revision or "–"),
                ]
                for one in applied
            ],
        ),
        chart=Chart(
            records.steps, [Series(_("changes put in force"), "info", records.by_step(one.event.at for one in applied))]
        ),
        address=records.activity_address(type="change."),
    )


@query
def changes_replayed(records: Records) -> Answer | None:
    """Whether changes were replayed over recorded calls before they came into force."""
    applied = _applied(records)
    if not applied:
        return None
    replays: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in records.events("change.simulated", before=_EARLIER):
        replays[said(event, "change")].append(event)
    rows = [(one, next((r for r in replays[one.change] if r.at < one.event.at), None)) for one in applied]
    return Answer(
        figures=[
            Figure(_("Changes put in force"), count(len(applied))),
            Figure(
                _("Replayed over recorded calls before"),
                of(sum(replay is not None for _one, replay in rows), len(rows)),
            ),
        ],
        table=table(
            [_("Change"), _("What"), _("Calls replayed"), _("Newly blocked"), _("Newly allowed")],
            [
                [
                    Cell(one.change, records.activity_address(about=one.change)),
                    Cell(said(one.event, "title"), event_address(replay or one.event)),
                    *(number(replay, name) for name in ("calls", "blocked", "allowed")),
                ]
                for one, replay in rows
            ],
        ),
        address=records.activity_address(type="change.simulated"),
    )


@query
def drift(records: Records) -> Answer | None:
    """Whether what is stored was found to differ from what was signed."""
    events = records.events("policy.drifted")
    if not events:
        return None
    return Answer(
        figures=[Figure(_("Times that what is stored differed from what was signed"), count(len(events)))],
        table=table(
            [_("Time"), _("Where")],
            [[linked(event), said(event, "places")] for event in events],
        ),
        address=records.activity_address(type="policy."),
    )
