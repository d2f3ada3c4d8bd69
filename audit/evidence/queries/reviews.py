"""What people looked at again: access campaigns, drawn calls, false positives, detection runs, and the register of use cases."""

from collections import Counter

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Cell, Figure, of, table
from audit.evidence.event_words import actor, linked, moment, number, said
from audit.evidence.in_force import in_force
from audit.evidence.queries.register import query
from audit.evidence.records import Records
from audit.presentation.amounts import count
from audit.presentation.directory import address_of
from audit.presentation.values import rating_label
from audit.presentation.words import done_label, guard_label


@query
def access_campaigns(records: Records) -> Answer | None:
    """Campaigns that were started and closed, and what was decided in them."""
    started = records.events("access.started")
    decided = records.events("access.decided")
    closed = records.events("access.closed")
    if not (started or decided or closed):
        return None
    kept = sum(event.fields.get("verdict") == "kept" for event in decided)
    return Answer(
        figures=[
            Figure(_("Campaigns started"), count(len(started))),
            Figure(_("Campaigns closed"), count(len(closed))),
            Figure(_("Roles that somebody else kept"), of(kept, len(decided))),
            Figure(_("Roles that somebody else revoked"), of(len(decided) - kept, len(decided))),
        ],
        table=table(
            [_("Time"), _("Who"), _("Campaign"), _("Person"), _("Role"), _("Reason")],
            [
                [linked(event), actor(event), *(said(event, name) for name in ("campaign", "person", "role", "reason"))]
                for event in decided
            ],
        ),
        address=records.activity_address(type="access."),
    )


@query
def sampling_review(records: Records) -> Answer | None:
    """Calls that were drawn at random for people, and what they said of them."""
    drawn = records.events("sampling.drawn")
    rated = records.events("sampling.rated")
    if not drawn and not rated:
        return None
    words = Counter(str(event.fields.get("rating")) for event in rated)
    return Answer(
        figures=[
            Figure(_("Draws"), count(len(drawn))),
            Figure(_("Calls drawn"), count(sum(_number(event.fields.get("number")) for event in drawn))),
            Figure(_("Rated right"), of(words["right"], len(rated))),
            Figure(_("Rated too strict"), of(words["too_strict"], len(rated))),
            Figure(_("Rated as having missed something"), of(words["missed"], len(rated))),
        ],
        table=table(
            [_("Time"), _("Who"), _("Application"), _("Rating"), _("Note")],
            [
                [
                    linked(event),
                    actor(event),
                    said(event, "application"),
                    rating_label(event.fields.get("rating")),
                    said(event, "note"),
                ]
                for event in rated
            ],
        ),
        address=records.activity_address(type="sampling."),
    )


@query
def false_positives(records: Records) -> Answer | None:
    """Texts about which guards were wrong, kept so that changes are tried on them."""
    kept = records.events("regression.kept")
    removed = records.events("regression.removed")
    if not kept and not removed:
        return None
    return Answer(
        figures=[
            Figure(_("Regression cases kept"), count(len(kept))),
            Figure(
                _("Of violations that people found to be false"),
                of(sum(bool(event.fields.get("violation")) for event in kept), len(kept)),
            ),
            Figure(_("Regression cases taken out"), count(len(removed))),
        ],
        table=table(
            [_("Time"), _("Who"), _("Policy"), _("Guard"), _("Expected")],
            [
                [
                    linked(event),
                    actor(event),
                    said(event, "policy"),
                    str(guard_label(said(event, "guard"))),
                    str(done_label(said(event, "expected"))),
                ]
                for event in kept
            ],
        ),
        address=records.activity_address(type="regression."),
    )


@query
def detection_runs(records: Records) -> Answer | None:
    """How often the guards in force were measured, and what they found of the texts that ship."""
    runs = records.events("detection.measured")
    if not runs:
        return None
    last = runs[0]
    return Answer(
        figures=[
            Figure(_("Detection runs"), count(len(runs))),
            Figure(_("Planted texts found in the last one"), _pair(last.fields, "found", "planted")),
            Figure(_("Ordinary texts touched in the last one"), _pair(last.fields, "alarms", "ordinary")),
        ],
        table=table(
            [_("Time"), _("Who"), _("Revision"), _("Planted"), _("Found"), _("Ordinary"), _("False alarms")],
            [
                [
                    linked(event),
                    actor(event),
                    *(number(event, name) for name in ("revision", "planted", "found", "ordinary", "alarms")),
                ]
                for event in runs
            ],
        ),
        address=records.activity_address(type="detection."),
    )


@query
def use_cases(records: Records) -> Answer | None:
    """Use cases of the revision in force at the end of the span, and whether their reviews were due."""
    found = in_force(records.until)
    if found is None or not found.use_cases:
        return None
    current = sum(one.review_by > records.until for one in found.use_cases)
    named = sum(one.applications > 0 for one in found.use_cases)
    return Answer(
        figures=[
            Figure(_("Revision in force at the end of the span"), str(found.revision)),
            Figure(_("Use cases registered"), count(len(found.use_cases))),
            Figure(_("Whose review was not overdue"), of(current, len(found.use_cases))),
            Figure(_("Named by an application"), of(named, len(found.use_cases))),
        ],
        table=table(
            [_("Use case"), _("Owner"), _("Overseer"), _("Applications"), _("Next review")],
            [
                [
                    Cell(one.name, address_of("use_case", one.name) or ""),
                    one.owner,
                    one.overseer,
                    count(one.applications),
                    moment(one.review_by),
                ]
                for one in found.use_cases
            ],
        ),
        address=address_of("revision", str(found.revision)) or "",
    )


def _number(value: object) -> int:
    return value if type(value) is int else 0


def _pair(fields: dict[str, object], part: str, whole: str) -> str:
    return of(_number(fields.get(part)), _number(fields.get(whole)))
