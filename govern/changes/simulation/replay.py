"""Replaying recorded calls under both sides of a simulation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from govern.changes.simulation.calls import RecordedCall
from govern.changes.simulation.deciding import Decision, Reading, decide_both
from govern.changes.simulation.facts import is_described, lacks, reads_more_than_recorded
from govern.changes.simulation.findings import same_guards
from govern.changes.simulation.sides import Sides, compile_side

_NOT_KEPT = ("metadata", "failed")
"""Levels on the record of a call of which no text was kept."""


class Replayed(NamedTuple):
    """One call under both sides; both are None if it was not described, or its application is in force on neither.

    reading: what guards looked at, or `same` where the change does not touch what guards do. why: why no text was read.
    person: the verified end user behind it, empty for nobody. incomplete: a condition reads something of it that was not recorded.
    usage: tokens by class, as the provider counted them; None if it was not answered. provider_us: how long the deployment took that
    answered.
    """

    call_id: UUID
    at: datetime
    application: str
    key: str
    person: str
    served: str | None
    code: str | None
    cost_nano_usd: int
    input_tokens: int
    usage: dict[str, Any] | None
    provider_us: int | None
    reading: str
    why: str
    incomplete: bool
    before: Decision | None
    after: Decision | None


class Replayer:
    """Both sides, compiled. Takes a second or more to make."""

    def __init__(self, sides: Sides) -> None:
        self.before = compile_side(sides.before, sides)
        self.after = compile_side(sides.after, sides)
        self._unrecorded: dict[str, frozenset[str]] = {}
        for side in (self.before, self.after):
            for name, policies in side.policies.items():
                names = reads_more_than_recorded(side.compiled, policies)
                self._unrecorded[name] = self._unrecorded.get(name, frozenset()) | names

    def replay(self, calls: Iterable[RecordedCall]) -> list[Replayed]:
        """Replays calls, in order."""
        return [self._replay(call) for call in calls]

    def _replay(self, call: RecordedCall) -> Replayed:
        known = any(call.application in side.policies for side in (self.before, self.after))
        if not known or not is_described(call):
            return _replayed(call, "", "not_described" if known else "not_governed", False, None, None)
        reading, why = self._reading(call)
        how: Reading = "findings" if reading == "same" else reading  # type: ignore[assignment]
        before, after = decide_both(self.before, self.after, call, how)
        incomplete = lacks(call, self._unrecorded.get(call.application, ()))
        return _replayed(call, reading, why, incomplete, before, after)

    def _reading(self, call: RecordedCall) -> tuple[str, str]:
        before, after = (side.policies.get(call.application, ()) for side in (self.before, self.after))
        if same_guards(before, after):
            return "same", ""
        if call.prompt is not None:
            return ("whole" if call.prompt.level == "full" else "masked"), ""
        return "findings", "not_kept" if call.body.get("payload", "metadata") in _NOT_KEPT else "no_longer_readable"


def _replayed(
    call: RecordedCall, reading: str, why: str, incomplete: bool, before: Decision | None, after: Decision | None
) -> Replayed:
    attempts = call.body.get("attempts") or ()
    return Replayed(
        call_id=call.id,
        at=call.at,
        application=call.application,
        key=call.key,
        person=call.person,
        served=call.model,
        code=call.code,
        cost_nano_usd=call.cost_nano_usd,
        input_tokens=call.body.get("input_tokens_estimated") or 0,
        usage=call.body.get("usage"),
        provider_us=attempts[-1]["latency_us"] if call.model and attempts else None,
        reading=reading,
        why=why,
        incomplete=incomplete,
        before=before,
        after=after,
    )
