"""What of a verdict opens or joins a case: what a guard saw, once, and not again with every turn of a conversation."""

import re
import time
from collections.abc import Sequence

from audit.trail.sightings import SEVERITIES, Sighting, violation_id
from govern.enforcement import Verdict
from govern.enforcement.verdict import Finding
from govern.gateway.call import Call


def sightings_of(call: Call, verdict: Verdict) -> list[Sighting]:
    """The violations that a verdict opens or joins: one for each guard and rule that acted.

    What only stands in the history of a conversation, and was sighted when it was new, is not sighted again.
    """
    at_us = time.time_ns() // 1_000
    seen: dict[tuple[str, str], str] = {}
    acted = [finding for finding in verdict.findings if finding.action != "allow"]
    again = _sighted_before(call, acted)
    if verdict.action == "block" and (verdict.guard, verdict.rule) not in again:
        seen[verdict.guard, verdict.rule] = verdict.severity
    for finding in acted:
        if (finding.guard, finding.type) not in again:
            seen.setdefault((finding.guard, finding.type), finding.severity)
    return [
        Sighting(
            application=call.application.name,
            team=call.application.team,
            guard=guard,
            rule=rule,
            severity=severity if severity in SEVERITIES else SEVERITIES[0],
            at_us=at_us,
            call_id=call.id,
            revision=call.snapshot.revision.number,
        )
        for (guard, rule), severity in seen.items()
    ]


def _sighted_before(call: Call, acted: Sequence[Finding]) -> dict[tuple[str, str], str]:
    """Guard and rule → case, of findings that are all in turns before the last and known by their texts. Notes the others."""
    if not acted or call.asked.summary.get("operation") != "chat":
        return {}
    memory, application = call.application.enforcement.sighted, call.application.name
    texts = {surface.location: surface.text for surface in call.surfaces}
    before: dict[tuple[str, str], str] = {}
    new: set[tuple[str, str]] = set()
    for finding in acted:
        kind, text = (finding.guard, finding.type), texts.get(finding.location)
        case = memory.case_of(application, *kind, text) if text is not None else None
        if case is not None and in_earlier_turn(call, finding.location):
            before[kind] = case
            continue
        new.add(kind)
        if text is not None:
            memory.note(application, *kind, text, case_of(call, *kind))
    return {kind: case for kind, case in before.items() if kind not in new}


_TURN = re.compile(r"messages\[([0-9]{1,9})\]")


def in_earlier_turn(call: Call, location: str) -> bool:
    """Whether a place of a chat request lies in a message before the last one."""
    found = _TURN.match(location)
    return found is not None and int(found[1]) < len(call.request.messages) - 1


def case_of(call: Call, guard: str, rule: str) -> str:
    """The identifier of today's case for an application, guard and rule."""
    return str(violation_id(application=call.application.name, guard=guard, rule=rule, at_us=time.time_ns() // 1_000))
