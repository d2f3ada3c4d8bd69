"""Measuring the guards in force, and filing what came of it with their revision."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from govern.changes.compiled import RevisionInForce, revision_in_force
from govern.changes.detection.corpus import CASES, Case, corpus_digest
from govern.changes.events import detection_measured
from govern.enforcement import Enforcement
from govern.enforcement.guards.body import guard_label
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.verdict import Surface
from govern.models import DetectionRun, Revision
from govern.policy.canonical import canonical_json, content_digest

EVERY = timedelta(days=91)
_DETECTORS = (PromptInjection, Pii, Secrets)
"""Guards that look for what the corpus has planted. Others go by the facts of a call or by words of one's own."""


def policies_digest(revision: Revision) -> str:
    """SHA-256 over what decides which guards look at what: another one means that nobody has measured it yet."""
    entries = revision.entries
    deciding = {kind: entries.get(kind, {}) for kind in ("guard_policy", "exemption", "application", "team")}
    return hashlib.sha256(canonical_json(deciding).encode()).hexdigest()


def why_due() -> str:
    """`never`, `changed` or `quarter` where the guards in force should be measured; empty where they have been. Two queries."""
    newest = Revision.objects.order_by("-number").first()
    if newest is None:
        return ""
    last = DetectionRun.objects.order_by("-at").first()
    if last is None:
        return "never"
    if last.policies_sha256 != policies_digest(newest) or last.corpus_sha256 != corpus_digest():
        return "changed"
    return "quarter" if timezone.now() - last.at >= EVERY else ""


def run_detection(*, by: str | None = None, cases: Sequence[Case] = CASES) -> DetectionRun | None:
    """Asks the guards of every application about each case, and files the result. None before anything is in force.

    Texts stay here: nothing is sent, and no verdict is remembered. Raises `NotAsSigned`.
    """
    found = revision_in_force()
    if found is None:
        return None
    revision = Revision.objects.get(number=found.compiled.number)
    groups = _groups(found, cases)
    result = canonical_json({"groups": groups})
    totals = {field: sum(group[field] for group in groups) for field in ("planted", "found", "ordinary", "alarms")}
    with transaction.atomic():
        run = DetectionRun.objects.create(
            revision=revision,
            policies_sha256=policies_digest(revision),
            corpus_sha256=corpus_digest(),
            result=result,
            result_sha256=content_digest(result),
            by=by or "",
            **totals,
        )
        detection_measured(
            actor=by,
            revision=revision.number,
            corpus_sha256=run.corpus_sha256,
            result_sha256=run.result_sha256,
            **totals,
        )
    return run


def _groups(revision: RevisionInForce, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One entry for all applications that the same guards look at: what was found of each sort, and which cases were missed or stopped."""
    together: dict[int, tuple[Enforcement, list[str]]] = {}
    for name in revision.applications:
        enforcement = revision.compiled.applications[name].enforcement
        together.setdefault(id(enforcement), (enforcement, []))[1].append(name)
    return [_measured(enforcement, names, revision, cases) for enforcement, names in together.values()]


def _measured(
    enforcement: Enforcement, names: list[str], revision: RevisionInForce, cases: Sequence[Case]
) -> dict[str, Any]:
    detectors = {
        (policy.name, guard_label(guard))
        for policy in revision.guard_policies.values()
        for guard in policy.guards
        if isinstance(guard, _DETECTORS)
    }
    seen = {case.id: _is_found(enforcement, case, detectors) for case in cases}
    planted = [case for case in cases if case.sort != "ordinary"]
    ordinary = [case for case in cases if case.sort == "ordinary"]
    return {
        "applications": names,
        "planted": len(planted),
        "found": sum(seen[case.id] for case in planted),
        "missed": [case.id for case in planted if not seen[case.id]],
        "ordinary": len(ordinary),
        "alarms": sum(seen[case.id] for case in ordinary),
        "alarmed": [case.id for case in ordinary if seen[case.id]],
    }


def _is_found(enforcement: Enforcement, case: Case, detectors: set[tuple[str, str]]) -> bool:
    """Whether one of the detectors says anything, also where its policy only observes."""
    if case.is_answer:
        verdict = enforcement.inspect_output([Surface("assistant", "text", case.text)], {}, system_prompt=None)
    else:
        verdict = enforcement.inspect_input([Surface("user", "text", case.text)], {}, remember=False)
    return any((finding.policy, finding.guard) in detectors for finding in verdict.findings)
