"""What came of a trial, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.words import RESULTS, Word, guard_label
from govern.admin.trials.marks import Mark, Piece, cut
from govern.changes.compiled import RevisionInForce
from govern.enforcement import Finding, GuardPolicyBody, GuardRun
from govern.enforcement.bodies import Guard
from govern.enforcement.guards import GUARDS
from govern.enforcement.verdict import ACTIONS, SEVERITIES
from govern.gateway.refusals import Refusal
from govern.gateway.trial import Destination, Trial
from govern.models import ChangeRequest
from routing.explanation import Considered, Explanation, Role
from routing.money import usd

Text = str | Promise
Policies = Mapping[str, GuardPolicyBody]
SHOWN_PLACES = 4
WOULD: dict[str, Word] = {
    "allow": Word(gettext_lazy("Would pass"), "check_circle", "ok"),
    "flag": Word(gettext_lazy("Would pass, flagged"), "flag", "warn"),
    "redact": Word(gettext_lazy("Would pass, redacted"), "ink_eraser", "mask"),
    "block": Word(gettext_lazy("Would be blocked"), "block", "bad"),
}
OBSERVED: dict[str, Word] = {
    "flag": Word(gettext_lazy("Observed; would flag"), "visibility", "calm"),
    "redact": Word(gettext_lazy("Observed; would redact"), "visibility", "calm"),
    "block": Word(gettext_lazy("Observed; would block"), "visibility", "calm"),
}
"""What a policy that only observes would do if it were enforced."""

_ROLES: Mapping[Role, Text] = {
    "small": gettext_lazy("small sibling"),
    "candidate": gettext_lazy("candidate"),
    "fallback": gettext_lazy("fallback"),
    "canary": gettext_lazy("canary"),
    "named": gettext_lazy("named by the caller"),
}


class GuardRow(NamedTuple):
    """One guard of one policy: how it ended, its highest score, how much it found and how long it took."""

    label: Text
    policy: str
    observes: bool
    word: Word
    reason: str
    score: float | None
    number: int
    microseconds: int
    asked: int
    """About how many texts it asked its second tier."""


class FindingRow(NamedTuple):
    """What one guard found of one kind. `places` are character offsets as people count, the first few."""

    kind: str
    label: Text
    policy: str
    number: int
    places: str
    score: float
    severity: str
    word: Word


class Result(NamedTuple):
    """Everything that the page shows of a trial."""

    word: Word
    decided: str
    message: str
    score: float
    guards: list[GuardRow]
    findings: list[FindingRow]
    pieces: list[Piece]
    marked: bool
    changed: bool
    is_input: bool
    trial: Trial
    route: "RouteView | None"
    change: ChangeRequest | None
    beside: "RouteView | None"
    """The same call under the change."""
    beside_refusal: Refusal | None


class RouteView(NamedTuple):
    """How a route came about, for a table."""

    explanation: Explanation
    models: list["ModelRow"]


class ModelRow(NamedTuple):
    """A model that was considered."""

    model: str
    place: int | None
    role: Text
    reasons: str
    cost: str
    latency_ms: int
    quality: float
    chance: int | None
    """In percent, where something is drawn."""


def read_result(
    trial: Trial, revision: RevisionInForce, *, change: ChangeRequest | None = None, beside: Destination | None = None
) -> Result:
    """Puts a trial in words. `beside`: where the call would go under a change."""
    verdict, policies = trial.verdict, revision.guard_policies
    marks = [
        Mark(f.start, f.end, f.type, _finding_word(f), ACTIONS.index(f.action) * (not f.observed))
        for f in verdict.findings
        if f.start < f.end and not _is_of_whole(f, policies)
    ]
    return Result(
        word=WOULD[verdict.action],
        decided=_decided(trial),
        message=verdict.message,
        score=verdict.injection_score,
        guards=[_guard_row(run, trial, policies) for run in verdict.runs],
        findings=_finding_rows(verdict.findings, policies),
        pieces=cut(trial.text, marks),
        marked=bool(marks),
        changed=trial.after != trial.text,
        is_input=trial.is_input,
        trial=trial,
        route=_route_view(trial.explanation),
        change=change,
        beside=_route_view(beside.explanation) if beside is not None else None,
        beside_refusal=beside.refusal if beside is not None else None,
    )


def _route_view(explanation: Explanation | None) -> RouteView | None:
    if explanation is None:
        return None
    return RouteView(explanation, [_model_row(each, drawn=explanation.drawn) for each in explanation.considered])


def _model_row(each: Considered, *, drawn: bool) -> ModelRow:
    return ModelRow(
        model=each.model,
        place=each.place,
        role=_ROLES[each.role],
        reasons="; ".join(each.reasons),
        cost="" if each.cost_nano_usd is None else usd(each.cost_nano_usd),
        latency_ms=round(each.latency_ms),
        quality=each.quality,
        chance=round(each.propensity * 100) if drawn else None,
    )


def _decided(trial: Trial) -> str:
    verdict = trial.verdict
    if verdict.action == "allow":
        return ""
    return _("%(guard)s of the policy %(policy)s decides, on %(rule)s.") % {
        "guard": guard_label(verdict.guard),
        "policy": verdict.policy,
        "rule": verdict.rule or "–",
    }


def _finding_word(finding: Finding) -> Word:
    return OBSERVED.get(finding.action, RESULTS["allow"]) if finding.observed else RESULTS[finding.action]


def _is_of_whole(finding: Finding, policies: Policies) -> bool:
    """Whether the guard judges an answer as a whole and points at no place in it."""
    policy = policies.get(finding.policy)
    return policy is not None and any(
        GUARDS[type(g)].code == "output_invalid" and _name(g) == finding.guard for g in policy.guards
    )


def _name(guard: Guard) -> str:
    return guard.name or str(guard.__struct_config__.tag)


def _guard_row(run: GuardRun, trial: Trial, policies: Policies) -> GuardRow:
    found = [f for f in trial.verdict.findings if (f.guard, f.policy) == (run.guard, run.policy)]
    observes = run.policy in policies and policies[run.policy].mode == "observe"
    score = max((finding.score for finding in found), default=None)
    if score is None and run.guard == "prompt_injection":
        score = trial.verdict.injection_score
    return GuardRow(
        label=guard_label(run.guard),
        policy=run.policy,
        observes=observes,
        word=(OBSERVED if observes else {}).get(run.result) or RESULTS[run.result],
        reason=run.unscanned_reason,
        score=score,
        number=len(found),
        microseconds=run.microseconds,
        asked=run.asked,
    )


def _finding_rows(findings: Sequence[Finding], policies: Policies) -> list[FindingRow]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.guard, finding.type, finding.policy, finding.action), []).append(finding)
    rows = [
        FindingRow(
            kind=found[0].type,
            label=guard_label(found[0].guard),
            policy=found[0].policy,
            number=len(found),
            places=_places(found, policies),
            score=max(finding.score for finding in found),
            severity=max((finding.severity for finding in found), key=SEVERITIES.index),
            word=_finding_word(found[0]),
        )
        for found in groups.values()
    ]
    return sorted(rows, key=lambda row: (-SEVERITIES.index(row.severity), row.kind))


def _places(found: Sequence[Finding], policies: Policies) -> str:
    if found[0].start == found[0].end:
        return _("the call as a whole")
    if _is_of_whole(found[0], policies):
        return _("the answer as a whole")
    places = [f"{finding.start + 1}–{finding.end}" for finding in found[:SHOWN_PLACES]]
    return ", ".join(places) + ("…" if len(found) > SHOWN_PLACES else "")
