"""The register of event types. Nothing else enters the trail; an unknown or incomplete event is an exception.

A type says what must be recorded with it (`required`), how grave it is and how to say it in a sentence. The sentence is
made when the event is read, from what was recorded, so that it can be said in the reader's language.
"""

import json
import uuid
from collections.abc import Mapping
from string import Formatter
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

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


def event_type(id: str) -> EventType:
    """The registered type. Raises `UnknownEvent`."""
    try:
        return EVENT_TYPES[id]
    except KeyError:
        raise UnknownEvent(f"no event type {id!r} is registered in audit/trail/events.py") from None


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
    return _(registered.template).format(**words | {"actor": actor or _("The system")})


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

# People and sessions
register_event("person.signed_in", gettext_noop("{actor} signed in"))
register_event("person.signed_out", gettext_noop("{actor} signed out"))
register_event("person.sign_in_failed", gettext_noop("Somebody failed to sign in as {username}"), severity="notice")
register_event("person.created", gettext_noop("{actor} created the person {username}"), severity="notice")
register_event(
    "person.invited", gettext_noop("{actor} made a link with which {username} sets a password"), severity="warning"
)
register_event("person.invitation_accepted", gettext_noop("{actor} set a password of their own"), severity="notice")
register_event("person.activated", gettext_noop("{actor} let {username} sign in again"), severity="notice")
register_event("person.deactivated", gettext_noop("{actor} locked {username} out"), severity="warning")
register_event(
    "person.email_changed", gettext_noop("{actor} changed the e-mail address of {username}"), severity="warning"
)
register_event(
    "person.second_factors_reset", gettext_noop("{actor} removed all second factors of {username}"), severity="warning"
)
register_event("person.access_reviewed", gettext_noop("{actor} took a copy of the access review of {number} people"))
register_event(
    "person.locked_out", gettext_noop("Sign-in as {username} is locked after too many failures"), severity="warning"
)
register_event(
    "person.linked", gettext_noop("{username} signed in through {provider} for the first time"), severity="notice"
)
register_event(
    "person.linked_own", gettext_noop("{username} linked their own account at {provider}"), severity="notice"
)
register_event("person.federation_refused", gettext_noop("A sign-in through {provider} was refused"), severity="notice")
register_event("person.confirmed", gettext_noop("{actor} confirmed with a second factor ({method})"))
register_event(
    "person.second_factor_added", gettext_noop("{actor} set up a second factor ({method})"), severity="notice"
)
register_event(
    "person.second_factor_removed",
    gettext_noop("{actor} removed a second factor of {username} ({method})"),
    severity="warning",
)
register_event(
    "person.second_factor_failed",
    gettext_noop("Somebody gave a wrong second factor as {username} ({method})"),
    severity="notice",
)
register_event("person.recovery_codes_made", gettext_noop("{actor} made new recovery codes"), severity="notice")
register_event("person.recovery_code_used", gettext_noop("{actor} used a recovery code"), severity="warning")
register_event(
    "person.sessions_ended", gettext_noop("{actor} ended {number} sessions of {username}"), severity="notice"
)

# Keys
register_event("key.issued", gettext_noop("{actor} issued the key {key} of {application}"), severity="notice")
register_event(
    "key.rotated",
    gettext_noop(
        "{actor} rotated the key {key} of {application}; the secret ending in {ends_with} works until {until}"
    ),
    severity="notice",
)
register_event("key.revoked", gettext_noop("{actor} revoked the key {key} of {application}"), severity="notice")
register_event("credential.stored", gettext_noop("{actor} stored the credential {credential}"), severity="notice")

# Policy
register_event(
    "installation.bootstrapped",
    gettext_noop("{actor} set up the installation with {objects} objects"),
    severity="notice",
)
register_event("change.submitted", gettext_noop("{actor} submitted {change}: {title}"), required=("risk", "digest"))
register_event(
    "change.simulated",
    gettext_noop("{change} was replayed over {calls} calls: {blocked} newly blocked, {allowed} newly allowed"),
    required=("title", "digest", "result_sha256", "revision"),
)
register_event("change.reopened", gettext_noop("{actor} took {change} back to change it: {title}"))
register_event("change.withdrawn", gettext_noop("{actor} withdrew {change}: {title}"))
register_event("change.expired", gettext_noop("{change} expired: {title}"), severity="notice")
register_event(
    "change.reviewed",
    gettext_noop("{actor} reviewed {change} ({verdict}): {title}"),
    required=("digest", "second_factor"),
)
register_event("change.commented", gettext_noop("{actor} commented on {change}: {title}"))
register_event(
    "change.applied", gettext_noop("{actor} put {change} in force: {title}"), severity="notice", required=("revision",)
)
register_event(
    "change.not_applied",
    gettext_noop("{change} could not be applied: {reason}"),
    severity="warning",
    required=("title",),
)
register_event(
    "change.glass_broken",
    gettext_noop("{actor} broke the glass with {change} for {incident}: {title}"),
    severity="critical",
    required=("revision", "lapses_at"),
)
register_event("change.ratified", gettext_noop("{change} was ratified: {title}"), severity="notice")
register_event(
    "change.reverted",
    gettext_noop("{change} was taken out of force: {title}"),
    severity="warning",
    required=("revision",),
)
register_event(
    "traffic.stopped",
    gettext_noop("{actor} stopped {stopped}: {reason}"),
    severity="critical",
    required=("revision",),
)
register_event(
    "policy.drifted", gettext_noop("What is stored differs from the revision in force: {places}"), severity="critical"
)
register_event("revision.applied", gettext_noop("{actor} put revision {revision} in force"), severity="notice")
register_event(
    "budget.freeze_lifted",
    gettext_noop("{actor} let {application} spend again under {budget}: {reason}"),
    severity="warning",
)

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

# Payloads
register_event(
    "payload.revealed",
    gettext_noop("{actor} revealed what {application} sent and got: {reason}"),
    severity="warning",
    required=("call",),
)

# The trail itself
register_event("trail.verified", gettext_noop("{actor} verified the trail"), required=("ok",))
