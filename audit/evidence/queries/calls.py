"""Calls: how many, how they ended, what their records say, and why some were refused."""

from collections import Counter
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.evidence.answers import Answer, Cell, Chart, Figure, Series, of, table
from audit.evidence.event_words import moment
from audit.evidence.queries.register import query
from audit.evidence.records import UNDER, Records, Sampled
from audit.presentation.amounts import count, share
from audit.presentation.words import code_label
from audit.selectors.outcomes import ANSWERED, ended
from audit.trail.codes import FAILED, REFUSED
from audit.trail.events import OUTCOME

_NAMED = f"""
SELECT application, count(*) FROM audit_event WHERE type = '{OUTCOME}' AND {UNDER} GROUP BY 1 ORDER BY 2 DESC, 1
"""
_SERVED = f"""
SELECT model, count(*) FROM audit_event
WHERE type = '{OUTCOME}' AND model IS NOT NULL AND {UNDER} GROUP BY 1 ORDER BY 2 DESC, 1
"""


def _kind(code: str | None) -> tuple[str, str]:
    return ended(type=OUTCOME, code=code, body=None)


def _by_code(records: Records) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _at, code, number in records.endings:
        if code is not None:
            counts[code] += number
    return counts


def _all(records: Records) -> int:
    return sum(number for _at, code, number in records.endings if code is None)


@query
def calls_recorded(records: Records) -> Answer | None:
    """Every outcome of the span, by how it ended."""
    total = _all(records)
    if not total:
        return None
    by_step = {kind: dict.fromkeys(records.steps, 0) for kind in (ANSWERED, REFUSED, FAILED)}
    for at, code, number in records.endings:
        kind, _by = _kind(code)
        step = records.step_of(at)
        by_step[kind][step] += number
        if code is not None:
            by_step[ANSWERED][step] -= number
    numbers = {kind: sum(steps.values()) for kind, steps in by_step.items()}
    words = {ANSWERED: (_("answered"), "ok"), REFUSED: (_("refused"), "bad"), FAILED: (_("failed"), "calm")}
    return Answer(
        figures=[
            Figure(_("Calls recorded"), count(total)),
            *(Figure(words[kind][0].capitalize(), of(number, total)) for kind, number in numbers.items()),
        ],
        chart=Chart(
            records.steps,
            [Series(*words[kind], list(steps.values())) for kind, steps in by_step.items() if numbers[kind]],
        ),
        address=records.calls_address(),
    )


@query
def records_complete(records: Records) -> Answer | None:
    """Whether calls have an intent before their outcome."""
    calls, whole = records.sample
    if not calls:
        return None
    bare = [call for call in calls if call.intent_at is None]
    unknown = _by_code(records)["outcome_unknown"]
    return Answer(
        figures=[
            Figure(_("Calls looked at"), of(len(calls), _all(records))),
            Figure(_("With an intent recorded before the outcome"), of(len(calls) - len(bare), len(calls))),
            Figure(_("Closed without a known outcome, of all calls"), of(unknown, _all(records))),
        ],
        table=table(
            [_("Outcome without an intent"), _("Application"), _("Recorded")],
            [[_call(call), call.application or "–", moment(call.at, seconds=True)] for call in bare],
        ),
        address=records.calls_address(ended=FAILED, code="outcome_unknown") if unknown else "",
        note="" if whole else _("An even sample of the span; the verification of the trail looks at every call."),
    )


@query
def calls_traceable(records: Records) -> Answer | None:
    """What a call's record says of who, when, under which policy, inspected by what, and answered by which model."""
    calls, whole = records.sample
    if not calls:
        return None
    bodies = [_fields(call.body) for call in calls]
    answered = [(call, body) for call, body in zip(calls, bodies, strict=True) if call.code is None]
    figures = [
        Figure(_("Calls looked at"), of(len(calls), _all(records))),
        Figure(
            _("Name the application and its key"), of(sum(bool(c.application and c.key) for c in calls), len(calls))
        ),
        Figure(_("Say when the call began and ended"), of(sum(c.intent_at is not None for c in calls), len(calls))),
        Figure(_("Name the policy revision that decided"), of(sum(c.revision is not None for c in calls), len(calls))),
        Figure(
            _("Hold the keyed digest of the request"), of(sum(bool(b.get("prompt_digest")) for b in bodies), len(calls))
        ),
        Figure(_("Name the guards that looked, with their versions"), of(sum(map(_versions, bodies)), len(calls))),
    ]
    if answered:
        named = sum(bool(call.model) for call, _body in answered)
        figures.append(Figure(_("Answered calls that name the model that served them"), of(named, len(answered))))
    return Answer(
        figures=figures, address=records.calls_address(), note="" if whole else _("An even sample of the span.")
    )


@query
def refusals(records: Records) -> Answer | None:
    """Calls that were refused, by reason."""
    total, codes = _all(records), _by_code(records)
    refused = {code: number for code, number in codes.items() if _kind(code)[0] == REFUSED}
    if not refused:
        return None
    by = Counter[str]()
    for code, number in refused.items():
        by[_kind(code)[1]] += number
    by_step = dict.fromkeys(records.steps, 0)
    for at, ended_with, number in records.endings:
        if ended_with in refused:
            by_step[records.step_of(at)] += number
    rows = sorted(refused.items(), key=lambda row: (-row[1], row[0]))
    return Answer(
        figures=[
            Figure(_("Calls refused"), of(sum(refused.values()), total)),
            Figure(_("Refused by a guard"), count(by["guard"])),
            Figure(_("Refused by a budget or a limit"), count(by["budget"] + by["limit"])),
            Figure(_("Refused because traffic was stopped"), count(by["stop"])),
            Figure(
                _("Refused otherwise"), count(sum(by.values()) - by["guard"] - by["budget"] - by["limit"] - by["stop"])
            ),
        ],
        table=table(
            [_("Reason"), _("Calls"), _("Share of all calls")],
            [
                [Cell(str(code_label(code)), records.calls_address(code=code)), count(number), share(number, total)]
                for code, number in rows
            ],
        ),
        chart=Chart(records.steps, [Series(_("refused"), "bad", list(by_step.values()))]),
        address=records.calls_address(ended=REFUSED),
    )


@query
def applications_in_use(records: Records) -> Answer | None:
    """Applications that made calls."""
    rows = records.ask(_NAMED)
    if not rows:
        return None
    total = sum(number for _name, number in rows)
    return Answer(
        figures=[Figure(_("Applications that made calls"), count(len(rows))), Figure(_("Calls"), count(total))],
        table=table(
            [_("Application"), _("Calls"), _("Share of all calls")],
            [
                [Cell(name or "–", records.calls_address(application=name or "")), count(number), share(number, total)]
                for name, number in rows
            ],
        ),
    )


@query
def models_in_use(records: Records) -> Answer | None:
    """Models that answered."""
    rows = records.ask(_SERVED)
    if not rows:
        return None
    total = sum(number for _name, number in rows)
    return Answer(
        figures=[Figure(_("Models that answered"), count(len(rows))), Figure(_("Calls they answered"), count(total))],
        table=table(
            [_("Model"), _("Calls"), _("Share of these calls")],
            [
                [Cell(name, records.calls_address(model=name)), count(number), share(number, total)]
                for name, number in rows
            ],
        ),
    )


@query
def records_kept(records: Records) -> Answer | None:
    """How far back the trail goes."""
    rows = records.ask(
        f"SELECT at FROM audit_event WHERE type = '{OUTCOME}' AND at < %(end)s AND seq <= %(last)s ORDER BY at, seq LIMIT 1"
    )
    if not rows:
        return None
    oldest = rows[0][0]
    return Answer(
        figures=[
            Figure(_("Oldest call on record"), f"{oldest:%Y-%m-%d}"),
            Figure(_("Days from it to the end of the span"), count((records.until - oldest).days)),
        ],
        note=_(
            "What is on record, whatever the age of the installation; nothing here says what was required to be kept."
        ),
    )


def _call(call: Sampled) -> Cell:
    return Cell(str(call.call_id), reverse("admin:audit_auditevent_call", args=[call.call_id]))


def _fields(body: str) -> dict[str, Any]:
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _versions(body: dict[str, Any]) -> bool:
    """Whether a guard looked, and each that did says which version it is."""
    verdicts = [body.get(name) for name in ("input_verdict", "output_verdict")]
    runs = [run for verdict in verdicts if isinstance(verdict, dict) for run in verdict.get("runs") or ()]
    return bool(runs) and all(isinstance(run, dict) and bool(run.get("version")) for run in runs)
