"""The register of event types. Nothing else enters the trail; an unknown or incomplete event is an exception.

An event is a function of the package in which it happens (`event`); those of calls, cases, payloads and the trail itself stand here.
A type says what must be recorded with it (`required`), how grave it is and how to say it in a sentence. The sentence is
made when the event is read, from what was recorded, so that it can be said in the reader's language.
"""

import inspect
import json
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from string import Formatter
from typing import Any, ParamSpec

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from audit.presentation.typesetting import filled
from audit.trail.actors import actor_label
from audit.trail.identifiers import uuid7
from audit.trail.rows import storable_json, storable_text
from audit.trail.vouching import vouch


def gettext_noop(template: str) -> str:
    """Marks a template for translation by the name that makemessages looks for; Django's own needs settings."""
    return template


class UnknownEvent(Exception):
    """No such event type is registered."""


class IncompleteEvent(Exception):
    """The event lacks context that its type requires."""


class EventType(msgspec.Struct, frozen=True):
    """severity: how grave the event is in itself: info, notice, warning or critical."""

    id: str
    template: str
    severity: str
    required: frozenset[str]


EVENT_TYPES: dict[str, EventType] = {}

INTENT = "call.intent"
OUTCOME = "call.outcome"
REJECTED = "call.rejected"
FALLBACK = "call.fallback"
SEEN_BY_GATEWAYS = frozenset({INTENT, OUTCOME, REJECTED, FALLBACK, "violation.opened", "violation.reopened"})
"""What is written with calls, in their transaction. Everything else is vouched for (`audit.trail.vouching`)."""


def register_event(id: str, template: str, *, severity: str = "info", required: tuple[str, ...] = ()) -> EventType:
    """Add a type. All that the template names, but the actor, is required. Raises `ValueError` if the id is taken."""
    if id in EVENT_TYPES:
        raise ValueError(f"the event type {id} is registered already")
    named = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}
    event_type = EventType(id, template, severity, frozenset({*required, *named} - {"actor"}))
    EVENT_TYPES[id] = event_type
    return event_type


P = ParamSpec("P")


def event(template: str, *, severity: str = "info") -> Callable[[Callable[P, None]], Callable[P, uuid.UUID]]:
    """Makes a function the event of its name: `key_issued` records `key.issued` with its arguments, all by name.

    `actor` is who did it, in words, or None for the system. An argument without a default must not be None; one that is None is left out.
    Raises `TypeError` where the template names what the function does not take, and `ValueError` if the event is registered already.
    """

    def declare(declared: Callable[P, None]) -> Callable[P, uuid.UUID]:
        taken = inspect.signature(declared).parameters
        lacking = sorted({name for _, name, _, _ in Formatter().parse(template) if name} - {*taken, "actor"})
        if lacking or "actor" not in taken:
            raise TypeError(f"The event {declared.__name__} does not take: {', '.join(lacking or ['actor'])}.")
        named = declared.__name__.replace("_", ".", 1)
        required = tuple(name for name, given in taken.items() if given.default is given.empty and name != "actor")
        register_event(named, template, severity=severity, required=required)

        @wraps(declared)
        def happened(*args: P.args, **context: P.kwargs) -> uuid.UUID:
            assert not args, "what an event says is given by name"
            said: dict[str, Any] = {name: value for name, value in context.items() if value is not None}
            actor = said.pop("actor", None)
            return record_event(type=named, actor=actor, context=said)

        return happened

    return declare


def event_type(id: str) -> EventType:
    """The registered type. Raises `UnknownEvent`."""
    try:
        return EVENT_TYPES[id]
    except KeyError:
        raise UnknownEvent(f"no event type {id!r} is registered (see `audit.trail.events.event`)") from None


def check_event(id: str, context: Mapping[str, Any]) -> EventType:
    """The type of a complete event. Raises `UnknownEvent` or `IncompleteEvent`."""
    registered = event_type(id)
    missing = sorted(name for name in registered.required if context.get(name) is None)
    if missing:
        raise IncompleteEvent(f"the event {id} needs {', '.join(missing)}")
    return registered


_VERDICTS = {
    "approve": gettext_noop("approved"),
    "request_changes": gettext_noop("changes requested"),
    "reject": gettext_noop("rejected"),
}
"""What reviewers say, within the sentence of an event."""


def event_sentence(id: str, actor: str | None, context: Mapping[str, Any]) -> str:
    """What happened, in the active language. A type that is no longer registered gives its id."""
    registered = EVENT_TYPES.get(id)
    if registered is None:
        return id
    words = dict.fromkeys(registered.required, "–") | dict(context)
    if (verdict := _VERDICTS.get(str(words.get("verdict")))) is not None:
        words["verdict"] = _(verdict)
    return filled(_(registered.template), words | {"actor": actor_label(actor, begins=True) or _("The system")})


_COLUMNS_FROM_CONTEXT = ("call_id", "application", "team", "key", "model", "code", "revision")
_INSERT = """
INSERT INTO audit_event (id, at, type, actor, call_id, application, team, key, model, code, revision, body)
VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record_event(*, type: str, actor: str | None, context: Mapping[str, Any]) -> uuid.UUID:
    """Add an event to the trail in the current transaction, so that it stands or falls with what it records.

    type: an id of `audit.trail.events`.
    actor: who did it, in words (None: the system).
    context: what the event's type requires and whatever else helps, stored as JSON; `application`, `team`, `key`,
        `model`, `code`, `revision` (int) and `call_id` (UUID) fill the columns of their names too. Never secrets,
        prompts or answers.

    Returns the event's id. Raises `UnknownEvent`, `IncompleteEvent` and `django.db.DatabaseError`.
    """
    check_event(type, context)
    event = uuid.UUID(bytes=uuid7())
    columns = [_storable(context.get(name)) for name in _COLUMNS_FROM_CONTEXT]
    body = storable_json(_json(context)).decode()
    if type not in SEEN_BY_GATEWAYS:
        call_id, *names = columns
        vouch("trail.event", event, type, _storable(actor), call_id, *names, body)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [event, type, _storable(actor), *columns, body])
    return event


def _storable(value: Any) -> Any:
    return storable_text(value) if isinstance(value, str) else value


def _json(context: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(dict(context))
    except UnicodeEncodeError:  # a lone surrogate: `json.dumps` can write it, and what was an escape becomes one again
        return storable_text(json.dumps(msgspec.to_builtins(dict(context)), ensure_ascii=False)).encode()


# Calls. The gateway packs these itself (audit.trail.rows); their bodies are its own.
register_event(INTENT, gettext_noop("{application} asked for {model}"))
register_event(FALLBACK, gettext_noop("{application} was passed on from {from} to {to}: {reason}"))
register_event(OUTCOME, gettext_noop("{application} got its answer for {model}"))
register_event(REJECTED, gettext_noop("A call of {application} was turned away: {code}"), severity="notice")

# Violations
register_event(
    "violation.opened",
    gettext_noop("{guard} saw {rule} in a call of {application}"),
    severity="warning",
    required=("violation",),
)
register_event(
    "violation.reopened",
    gettext_noop("{guard} saw {rule} again in a call of {application} after the case was resolved"),
    severity="warning",
    required=("violation",),
)
register_event(
    "violation.transitioned",
    gettext_noop("{actor} moved the violation of {rule} by {application} from {before} to {after}"),
    required=("violation",),
)
register_event(
    "violation.assigned",
    gettext_noop("{actor} assigned the violation of {rule} by {application} to {assignee}"),
    required=("violation",),
)
register_event(
    "violation.commented",
    gettext_noop("{actor} commented on the violation of {rule} by {application}"),
    required=("violation", "comment"),
)

# The regression corpus
register_event(
    "regression.kept",
    gettext_noop("{actor} kept a regression case of {policy}: {expected} was expected"),
    required=("case", "guard", "rule", "direction", "call"),
)
register_event(
    "regression.removed",
    gettext_noop("{actor} took a regression case of {policy} out: {reason}"),
    severity="notice",
    required=("case", "guard"),
)

register_event(
    "regression.revealed",
    gettext_noop("{actor} revealed the text of a regression case of {policy}: {reason}"),
    severity="warning",
    required=("case", "call"),
)

# Sampling review
register_event(
    "sampling.drawn",
    gettext_noop("{number} calls of {application} in the week of {week} were drawn for review"),
    required=("policy", "wanted", "population", "checkpoint", "seed", "calls"),
)
register_event(
    "sampling.rated",
    gettext_noop("{actor} rated a drawn call of {application}: {rating}"),
    required=("sampled", "call", "week"),
)

# Payloads
register_event(
    "payload.revealed",
    gettext_noop("{actor} revealed what {application} sent and got: {reason}"),
    severity="warning",
    required=("call",),
)

# The trail itself
register_event("trail.verified", gettext_noop("{actor} verified the trail"), required=("ok",))
register_event(
    "trail.filled",
    gettext_noop("{actor} filled the trail with {events} events that nobody caused, to try it"),
    severity="critical",
    required=("seed", "days"),
)

# Evidence packs
register_event(
    "evidence.made",
    gettext_noop("{actor} made the evidence pack {framework} ({form}) of {since} to {until}"),
    required=("language", "checkpoint", "size", "root"),
)
