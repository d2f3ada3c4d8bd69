"""An inspection of a call as its page shows it: every guard that ran, and what was found where. Never the text."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.presentation.values import rule_label
from audit.presentation.words import RESULTS, Word, guard_label, verdict_word
from audit.trail.sightings import SEVERITIES

_ORDER = ("none", *SEVERITIES)


class GuardRow(NamedTuple):
    """How one guard ended."""

    label: str | Promise
    version: str
    word: Word
    bytes_scanned: int
    bytes_remembered: int
    """Of those, how many stood in texts that were judged before."""
    microseconds: int
    unscanned: str
    asked: int
    """About how many texts it asked its second tier."""

    @property
    def remembered(self) -> bool:
        """Whether all that it read had been judged before."""
        return 0 < self.bytes_scanned <= self.bytes_remembered


class FindingRow(NamedTuple):
    """What was found of one kind in one place."""

    label: str | Promise
    kind: str
    place: str
    number: int
    score: float
    severity: str
    word: Word
    policy: str


class ExemptRow(NamedTuple):
    """A guard that was not asked, because of which exemption, and until when that holds."""

    label: str | Promise
    policy: str
    exemption: str
    until: datetime | None


def read_exempted(record: list[dict[str, Any]] | None) -> list[ExemptRow]:
    """The guards that a call's event says were not asked."""
    return [
        ExemptRow(guard_label(each["guard"]), each["policy"], each["exemption"], parse_datetime(str(each["until"])))
        for each in record or ()
    ]


class Inspection(NamedTuple):
    """A verdict and its evidence."""

    word: Word
    guards: list[GuardRow]
    findings: list[FindingRow]
    score: float
    decided: str
    """Which guard, rule and policy decided; empty when all was well."""
    microseconds: int


def read_inspection(record: dict[str, Any] | None) -> Inspection | None:
    """The inspection that a call's event tells of, or None if there was none."""
    if record is None:
        return None
    guards = [
        GuardRow(
            label=guard_label(run["guard"]),
            version=run["version"],
            word=RESULTS.get(run["result"], verdict_word(run["result"])),
            bytes_scanned=run["bytes_scanned"],
            bytes_remembered=run.get("bytes_remembered", 0),
            microseconds=run["microseconds"],
            unscanned=run.get("unscanned_reason", ""),
            asked=run.get("asked", 0),
        )
        for run in record["runs"]
    ]
    return Inspection(
        word=verdict_word(record["action"]),
        guards=guards,
        findings=_findings(record["findings"]),
        score=record["injection_score"],
        decided=_decided(record),
        microseconds=sum(guard.microseconds for guard in guards),
    )


def _findings(findings: list[dict[str, Any]]) -> list[FindingRow]:
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for finding in findings:
        key = tuple(finding[part] for part in ("guard", "type", "location", "action", "policy"))
        groups.setdefault(key, []).append(finding)
    rows = [
        FindingRow(
            label=guard_label(guard),
            kind=kind,
            place=place,
            number=len(found),
            score=max(finding["score"] for finding in found),
            severity=max((finding["severity"] for finding in found), key=_ORDER.index),
            word=verdict_word(action),
            policy=policy,
        )
        for (guard, kind, place, action, policy), found in groups.items()
    ]
    return sorted(rows, key=lambda row: (-_ORDER.index(row.severity), row.kind, row.place))


def _decided(record: dict[str, Any]) -> str:
    if record["action"] == "allow":
        return ""
    return _("%(guard)s decided, on %(rule)s, by the policy %(policy)s.") % {
        "guard": guard_label(record["guard"]),
        "rule": rule_label(record["rule"]) or "–",
        "policy": record["policy"] or "–",
    }
