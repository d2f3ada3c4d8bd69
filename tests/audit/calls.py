"""Events of calls that nobody made."""

import time
import uuid
from typing import Any

from audit.trail.entries import Entry
from audit.trail.identifiers import uuid7
from audit.trail.rows import pack_event
from audit.trail.sightings import Sighting
from audit.trail.writer import TrailWriter


def now_us() -> int:
    return time.time_ns() // 1000


def row(type: str, call_id: bytes, **columns: Any) -> bytes:
    """A packed event of a call of the risk engine of payments."""
    fields: dict[str, Any] = {
        "id": call_id if type == "call.intent" else uuid7(),
        "at_us": now_us(),
        "application": "risk-engine",
        "team": "payments",
        "key": "main",
        "actor": None,
        "model": "gpt-5.4",
        "status": None,
        "code": None,
        "verdict": "allow",
        "cost_nano_usd": None,
        "revision": 1,
        "body": b"{}",
        "instance": None,
    }
    return pack_event(type=type, call_id=call_id, **fields | columns)


def intent(call_id: bytes | None = None, **columns: Any) -> Entry:
    return Entry([row("call.intent", call_id or uuid7(), **columns)], instance=columns.get("instance"))


def outcome(call_id: bytes | None = None, **columns: Any) -> Entry:
    return Entry([row("call.outcome", call_id or uuid7(), status=200, **columns)], instance=columns.get("instance"))


def sighting(**fields: Any) -> Sighting:
    """The guard for injections saw something in a call of the risk engine."""
    defaults: dict[str, Any] = {
        "application": "risk-engine",
        "team": "payments",
        "guard": "prompt_injection",
        "rule": "ignore-instructions",
        "severity": "high",
        "at_us": now_us(),
        "call_id": uuid7(),
        "revision": 1,
    }
    return Sighting(**defaults | fields)


def new_writer(conninfo: str, **options: Any) -> TrailWriter:
    return TrailWriter(conninfo, **{"max_pending": 1000, "commit_timeout_ms": 5000} | options)


def as_uuid(identifier: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=identifier)
