"""Adds up what the guards saw into one verdict: every policy counts, the strictest action wins, observing policies only record."""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement.bound import BoundCallGuard, BoundGuard, Run
from govern.enforcement.guards.base import Observation
from govern.enforcement.looking import Looked
from govern.enforcement.vault import Vault
from govern.enforcement.verdict import ACTIONS, SEVERITIES, Finding, GuardRun, Verdict

_RANK = {action: rank for rank, action in enumerate(ACTIONS)}
_SEVERITY = {severity: rank for rank, severity in enumerate(SEVERITIES)}
MOST_FINDINGS = 1000
"""Findings kept on a verdict; all of them are acted upon."""

_FAILURES = {"guard_timeout": "guard_timeout", "guard_error": "rule_blocked"}
"""What the caller is told of a guard that did not finish: not that it found something."""

Bound = BoundGuard | BoundCallGuard


class _Total:
    """What all runs of one guard come to."""

    __slots__ = ("asked", "bound", "microseconds", "reason", "remembered_bytes", "result", "size_bytes")

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.size_bytes = self.remembered_bytes = self.microseconds = self.asked = 0
        self.result = "allow"
        self.reason = ""

    def as_run(self) -> GuardRun:
        bound = self.bound
        return GuardRun(
            bound.name,
            bound.guard.version,
            self.size_bytes,
            self.microseconds,
            self.result,
            self.reason,
            bound.policy.name,
            self.remembered_bytes,
            self.asked,
        )


class _Quiet:
    """What texts come to in which the same guards saw nothing."""

    __slots__ = ("guards", "microseconds", "remembered_bytes", "size_bytes")

    def __init__(self, guards: tuple[BoundGuard, ...]) -> None:
        self.guards = guards
        self.size_bytes = self.remembered_bytes = 0
        self.microseconds = [0] * len(guards)


class Tally:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.replacements: dict[str, str] = {}
        self._decisive: tuple[int, int, Bound, Observation] | None = None
        self._totals: dict[int, _Total] = {}
        self._quiet: dict[int, _Quiet] = {}
        self._injection_score = 0.0

    def add_quiet(self, looked: Looked, size_bytes: int, *, cached: bool = False) -> None:
        """Counts a text of ``size_bytes`` in which no guard saw anything: one step, however many guards there are."""
        quiet = self._quiet.get(id(looked.guards))
        if quiet is None:
            quiet = self._quiet[id(looked.guards)] = _Quiet(looked.guards)
            for bound in looked.guards:
                self._total(bound)
        quiet.size_bytes += size_bytes
        if cached:
            quiet.remembered_bytes += size_bytes
        else:
            for place, taken in enumerate(looked.microseconds):
                quiet.microseconds[place] += taken
        if looked.score > self._injection_score:
            self._injection_score = looked.score

    def add_score(self, score: float) -> None:
        """How much texts look like an injection together, or looked when they came before."""
        self._injection_score = max(self._injection_score, score)

    def add_run(self, bound: Bound, run: Run, size_bytes: int, *, cached: bool = False) -> None:
        """Counts a run and, where it failed, the action that its policy takes then."""
        total = self._total(bound)
        if run.failure:
            total.result, total.reason = run.failure, run.reason
            self.decide(bound, Observation(f"guard_{run.failure}", 0, 0, 0.0, "high", bound.policy.on_error))
        if run.score > self._injection_score and bound.guard.guard == "prompt_injection":
            self._injection_score = run.score
        total.size_bytes += size_bytes
        if cached:
            total.remembered_bytes += size_bytes
        else:
            total.microseconds += run.microseconds
            total.asked += run.asked

    def _total(self, bound: Bound) -> _Total:
        total = self._totals.get(id(bound))
        if total is None:
            total = self._totals[id(bound)] = _Total(bound)
        return total

    def record(self, bound: Bound, seen: Observation, location: str, offset: int = 0, role: str = "") -> None:
        """Notes a finding. ``offset`` is where the inspected piece starts in the text at ``location``."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(
                Finding(
                    guard=bound.name,
                    type=seen.type,
                    start=seen.start + offset,
                    end=seen.end + offset,
                    score=seen.score,
                    severity=seen.severity,
                    location=location,
                    action=seen.action,
                    policy=bound.policy.name,
                    observed=bound.policy.observe,
                    role=role,
                    instead_of_block=seen.instead_of_block,
                )
            )
        total = self._totals.get(id(bound))
        if total is not None and _RANK.get(total.result, len(_RANK)) < _RANK[seen.action]:
            total.result = seen.action
        self.decide(bound, seen)

    def record_all(self, bound: Bound, seen: Sequence[Observation], location: str, *, role: str) -> None:
        """Notes findings in one text. Beyond those that are kept only what each of them decides is asked, once for those that are alike."""
        kept = max(0, MOST_FINDINGS - len(self.findings))
        for one in seen[:kept]:
            self.record(bound, one, location, role=role)
        first: dict[tuple[str, str, str], Observation] = {}
        for one in seen[kept:]:
            first.setdefault((one.action, one.severity, one.type), one)
        for one in first.values():
            self.record(bound, one, location, role=role)

    def decide(self, bound: Bound, seen: Observation) -> None:
        if bound.policy.observe:
            return
        rank, severity = _RANK[seen.action], _SEVERITY[seen.severity]
        if rank and (self._decisive is None or (rank, severity) > self._decisive[:2]):
            self._decisive = (rank, severity, bound, seen)

    @property
    def blocked(self) -> bool:
        return self._decisive is not None and self._decisive[3].action == "block"

    def verdict(self, vault: Vault | None = None) -> Verdict:
        self._settle()
        runs = tuple([total.as_run() for total in self._totals.values()])
        if self._decisive is None:
            return Verdict(
                findings=tuple(self.findings),
                runs=runs,
                injection_score=self._injection_score,
                replacements=self.replacements,
                vault=vault,
            )
        _, severity, bound, seen = self._decisive
        return Verdict(
            action=seen.action,
            severity=SEVERITIES[severity],
            code=_FAILURES.get(seen.type, bound.guard.code),
            rule=seen.type,
            guard=bound.name,
            policy=bound.policy.name,
            message=seen.message,
            retry=seen.retry,
            injection_score=self._injection_score,
            findings=tuple(self.findings),
            runs=runs,
            replacements=self.replacements,
            vault=vault,
        )

    def _settle(self) -> None:
        """Gives every guard its part of the quiet texts."""
        for quiet in self._quiet.values():
            for bound, microseconds in zip(quiet.guards, quiet.microseconds, strict=True):
                total = self._totals[id(bound)]
                total.size_bytes += quiet.size_bytes
                total.remembered_bytes += quiet.remembered_bytes
                total.microseconds += microseconds
        self._quiet.clear()
