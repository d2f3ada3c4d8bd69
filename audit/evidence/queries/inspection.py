"""Inspection by guards: how much was looked at, what was found, what is in force and what is exempt."""

from collections import Counter
from datetime import timedelta

from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Cell, Chart, Figure, Series, of, table
from audit.evidence.event_words import moment
from audit.evidence.in_force import in_force
from audit.evidence.queries.register import query
from audit.evidence.records import UNDER, Records
from audit.presentation.amounts import count, share, size
from audit.presentation.directory import address_of
from audit.presentation.missed import SURFACES, reason_missed
from audit.presentation.words import VERDICTS, guard_label
from audit.trail.events import OUTCOME

_SOON = timedelta(days=30)
_VERDICTS = f"""
SELECT date_trunc(%(unit)s, at, 'UTC'), verdict, count(*) FROM audit_event
WHERE type = '{OUTCOME}' AND verdict <> 'allow' AND {UNDER} GROUP BY 1, 2
"""


@query
def inspection_coverage(records: Records) -> Answer | None:
    """What share of the calls was inspected, and why the rest was not."""
    found = records.coverage
    if not found.calls:
        return None
    rows = [
        [str(SURFACES[s.name]), count(s.all), count(s.inspected), share(s.inspected, s.all)] for s in found.surfaces
    ]
    reasons = [[str(reason_missed(reason)), count(number), "", ""] for reason, number in found.reasons]
    return Answer(
        figures=[
            Figure(_("Calls looked at that passed or were stopped by a guard"), count(found.calls)),
            Figure(_("Inspected in full"), of(found.whole.inspected, found.whole.all)),
            Figure(_("Text that guards read"), size(found.bytes_scanned)),
            Figure(_("Contents that no guard can read"), size(found.bytes_unread)),
        ],
        table=table(
            [_("What passed, or why it was not inspected"), _("How many"), _("Inspected"), _("Share")], rows + reasons
        ),
        note=_("An even sample of the span.") if found.sampled else "",
    )


@query
def verdicts(records: Records) -> Answer | None:
    """In how many calls guards acted."""
    total = sum(number for _at, code, number in records.endings if code is None)
    if not total:
        return None
    counts: Counter[str] = Counter()
    by_step = {verdict: dict.fromkeys(records.steps, 0) for verdict in ("flag", "redact", "block")}
    for at, verdict, number in records.ask(_VERDICTS, unit=records.unit):
        if verdict in by_step:
            counts[verdict] += number
            by_step[verdict][records.step_of(at)] += number
    return Answer(
        figures=[
            Figure(_("Calls recorded"), count(total)),
            *(Figure(VERDICTS[verdict].label, of(counts[verdict], total)) for verdict in by_step),
        ],
        table=table(
            [_("Verdict"), _("Calls"), _("Share of all calls")],
            [
                [
                    Cell(str(VERDICTS[verdict].label), records.calls_address(verdict=verdict)),
                    count(counts[verdict]),
                    share(counts[verdict], total),
                ]
                for verdict in by_step
                if counts[verdict]
            ],
        ),
        chart=Chart(
            records.steps,
            [
                Series(VERDICTS[verdict].label, VERDICTS[verdict].tone, list(steps.values()))
                for verdict, steps in by_step.items()
                if counts[verdict]
            ],
        )
        if counts
        else None,
        address=records.calls_address(),
    )


@query
def guards_in_force(records: Records) -> Answer | None:
    """Guard policies of the revision in force at the end of the span."""
    found = in_force(records.until)
    if found is None or not found.guards:
        return None
    acting = [guard for guard in found.guards if guard.mode == "enforce"]
    return Answer(
        figures=[
            Figure(_("Revision in force at the end of the span"), str(found.revision)),
            Figure(_("Guards of its policies"), count(len(found.guards))),
            Figure(_("Of policies that act on what they find"), of(len(acting), len(found.guards))),
        ],
        table=table(
            [_("Policy"), _("Guard"), _("Looks at"), _("Action"), _("Policy acts")],
            [
                [
                    Cell(guard.policy, address_of("guard_policy", guard.policy) or ""),
                    str(guard_label(guard.guard)),
                    ", ".join(_("the request") if way == "input" else _("the answer") for way in guard.directions),
                    str(VERDICTS[guard.action].label) if guard.action in VERDICTS else guard.action,
                    _("yes") if guard.mode == "enforce" else _("no, it records only"),
                ]
                for guard in found.guards
            ],
        ),
        address=address_of("revision", str(found.revision)) or "",
    )


@query
def exemptions_in_force(records: Records) -> Answer | None:
    """Exemptions of the revision in force at the end of the span, and when they end."""
    found = in_force(records.until)
    if found is None or not found.exemptions:
        return None
    left = [one for one in found.exemptions if one.expires_at > records.until]
    return Answer(
        figures=[
            Figure(_("Revision in force at the end of the span"), str(found.revision)),
            Figure(_("Exemptions in it"), count(len(found.exemptions))),
            Figure(_("Not yet expired then"), of(len(left), len(found.exemptions))),
            Figure(
                _("End within 30 days of then"),
                of(sum(one.expires_at <= records.until + _SOON for one in left), len(found.exemptions)),
            ),
        ],
        table=table(
            [_("Exemption"), _("Policy"), _("Guard"), _("Whom it covers"), _("Reason"), _("Ends")],
            [
                [
                    Cell(one.name, address_of("exemption", one.name) or ""),
                    one.policy,
                    str(guard_label(one.guard)),
                    one.covers or "–",
                    one.reason,
                    moment(one.expires_at),
                ]
                for one in found.exemptions
            ],
        ),
        address=address_of("revision", str(found.revision)) or "",
    )
