"""Adds up what the guards saw into one verdict: every policy counts, the strictest action wins, observing policies only record."""

from __future__ import annotations

from govern.enforcement.bound import BoundCallGuard, BoundGuard, Run
from govern.enforcement.guards.base import Observation
from govern.enforcement.vault import Vault
from govern.enforcement.verdict import ACTIONS, SEVERITIES, Finding, GuardRun, Verdict

_RANK = {action: rank for rank, action in enumerate(ACTIONS)}
_SEVERITY = {severity: rank for rank, severity in enumerate(SEVERITIES)}
MOST_FINDINGS = 1000
"""Findings kept on a verdict; all of them are acted upon."""

_FAILURES = {"guard_timeout": "guard_timeout", "guard_error": "rule_blocked"}
"""What the caller is told of a guard that did not finish: not that it found something."""

Bound = BoundGuard | BoundCallGuard


class Tally:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.replacements: dict[str, str] = {}
        self._decisive: tuple[int, int, Bound, Observation] | None = None
        self._runs: dict[int, tuple[Bound, int, int, str, str, int]] = {}
        self._injection_score = 0.0

    def add_run(self, bound: Bound, run: Run, size_bytes: int, *, cached: bool = False) -> None:
        """Counts a run and, where it failed, the action that its policy takes then."""
        key = id(bound)
        _, known_bytes, known_us, result, reason, remembered = self._runs.get(key, (bound, 0, 0, "allow", "", 0))
        if run.failure:
            result, reason = run.failure, run.reason
            self.decide(bound, Observation(f"guard_{run.failure}", 0, 0, 0.0, "high", bound.policy.on_error))
        if bound.guard.guard == "prompt_injection" and run.score > self._injection_score:
            self._injection_score = run.score
        self._runs[key] = (
            bound,
            known_bytes + size_bytes,
            known_us + (0 if cached else run.microseconds),
            result,
            reason,
            remembered + (size_bytes if cached else 0),
        )

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
        run = self._runs.get(id(bound))
        if run is not None and _RANK.get(run[3], len(_RANK)) < _RANK[seen.action]:
            self._runs[id(bound)] = (*run[:3], seen.action, *run[4:])
        self.decide(bound, seen)

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
        runs = tuple(
            GuardRun(bound.name, bound.guard.version, size, microseconds, result, reason, bound.policy.name, remembered)
            for bound, size, microseconds, result, reason, remembered in self._runs.values()
        )
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
