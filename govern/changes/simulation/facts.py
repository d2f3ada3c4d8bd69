"""What conditions and routing may read of a call, as far as the trail tells it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from audit.trail.identifiers import identifier_at_us
from govern.changes.simulation.calls import RecordedCall
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.rule import Rule
from govern.policy.compilation import CompiledApplication, CompiledRevision
from govern.policy.conditions import compile_condition
from govern.policy.end_user_facts import NOBODY, PERSONAL
from routing.wish import Wish, seed_of

_NOT_IN_THE_TRAIL = frozenset({"tools", "metadata", "end_user.groups", *PERSONAL})
"""Names of tools, of which the trail has the number, the caller's own words, and what is known of end users. They are kept with a prompt,
end users' ids and claims only where the application's are kept plain."""


def is_described(call: RecordedCall) -> bool:
    """Whether the call came so far that it was described; one that was closed after a crash tells nothing."""
    return call.body.get("task") is not None


def facts_of(call: RecordedCall, application: CompiledApplication) -> dict[str, Any]:
    """The facts of a call, with the words of its application as a revision has them."""
    return {
        **NOBODY,
        **(call.prompt.facts if call.prompt and call.prompt.facts else _recorded(call)),
        **application.facts,
        "region": "",
        "output_tokens": 0,
    }


def _recorded(call: RecordedCall) -> dict[str, Any]:
    body = call.body
    began = datetime.fromtimestamp(identifier_at_us(call.id.bytes) / 1_000_000, UTC)
    return {
        "task": body["task"],
        "complexity": float(body.get("complexity") or 0),
        "model": body["requested_model"],
        "stream": bool(body.get("stream")),
        "input_tokens": body.get("input_tokens_estimated") or 0,
        "modalities": list(body.get("modalities") or ["text"]),
        "tools": [""] * (body.get("tools") or 0),
        "language": body.get("language") or "",
        "hour": began.hour,
        "weekday": began.isoweekday(),
        "metadata": {},
        "verdicts": [],
        "end_user.verified": bool((body.get("end_user") or {}).get("verified")),
    }


def wish_of(call: RecordedCall) -> Wish:
    """What a call asked of routing. Whose it was is not in the trail: a share of users or conversations is one of calls here."""
    body = call.body
    request = str(call.id)
    return Wish(
        model=body["requested_model"],
        modalities=tuple(body.get("modalities") or ("text",)),
        needs_tools=bool(body.get("tools")),
        input_tokens=body.get("input_tokens_estimated") or 0,
        sticky={"application": call.application, "user": request, "conversation": request, "request": request},
        seed=seed_of(call.id.bytes),  # the same on both sides, so that weights alone move no call
    )


def reads_more_than_recorded(revision: CompiledRevision, policies: Iterable[GuardPolicyBody]) -> frozenset[str]:
    """The names that conditions of routing or of guards read and that the trail does not have."""
    names: set[str] = set()
    for policy in revision.routing:
        names |= compile_condition(policy.body.when).names
        names = names.union(*(rule.all_names for rule in policy.rules))
    for body in policies:
        names = names.union(*(compile_condition(g.when).names for g in body.guards if isinstance(g, Rule)))
    return frozenset(names & _NOT_IN_THE_TRAIL)


def lacks(call: RecordedCall, names: Iterable[str]) -> bool:
    """Whether a condition would read something of this call that nobody knows any more."""
    known: Mapping[str, object] = call.prompt.facts if call.prompt else {}
    return any(name not in known and (name != "tools" or call.body.get("tools")) for name in names)
