"""OCSF 1.9: a call as API Activity (6003, with the profile `ai_operation`), what happens to a case as Detection Finding (2004).

Both carry the profile `record_integrity`: the SHA-256 of the event's canonical JSON (RFC 8785) without `attestation.fingerprint`. What else
is in the trail has no place in either class and is left out here; the manifest counts the rows. https://schema.ocsf.io/1.9.0
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from audit.exports.event_row import EventRow
from audit.exports.formats import Context, Format
from audit.trail.events import OUTCOME, REJECTED

VERSION = "1.9.0"
_SEVERITIES = {"low": 2, "medium": 3, "high": 4, "critical": 5}
_INFORMATIONAL, _UNKNOWN = 1, 0
_CREATE, _UPDATE, _CLOSE = 1, 2, 3
_OTHER = 99
_SUCCESS, _FAILURE = 1, 2
_STATES = {
    "new": 1, "triaged": 2, "investigating": 2, "contained": 2, "resolved": 4, "accepted_risk": 4, "false_positive": 3,
}  # fmt: skip
_SHA_256, _HEX, _RULE = 3, 1, 1
_CASE = "violation."
_EXACT = 2**53
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder().decode


class _Lines:
    def __init__(self, path: Path, context: Context) -> None:
        self._file = path.open("wb")
        self._context = context
        self._rows = 0

    def write(self, row: EventRow) -> None:
        event = ocsf_event(row, self._context)
        if event is None:
            return
        event["attestation"]["fingerprint"] = {
            "algorithm_id": _SHA_256,
            "encoding_id": _HEX,
            "serialization": "JCS",
            "value": sha256(_encode(event)).hexdigest(),
        }
        self._file.write(_encode(event) + b"\n")
        self._rows += 1

    def close(self) -> dict[str, Any]:
        self._file.close()
        return {"rows": self._rows}


def ocsf_event(row: EventRow, context: Context) -> dict[str, Any] | None:
    """The event without its fingerprint; None for what neither class has a place for."""
    if row.type in {OUTCOME, REJECTED}:
        event = _api_activity(row)
    elif row.type.startswith(_CASE):
        event = _detection_finding(row)
    else:
        return None
    event["type_uid"] = event["class_uid"] * 100 + event["activity_id"]
    event["time"] = row.at_us // 1_000
    event["metadata"] = {
        "version": VERSION,
        "uid": row.id,
        "sequence": row.seq,
        "event_code": row.type,
        "log_name": context.origin,
        "correlation_uid": row.call_id,
        "profiles": event["metadata"]["profiles"],
        "product": {"name": "Govern", "vendor_name": "Govern", "version": context.version},
    }
    event["attestation"] = {"uid": row.id, "authority_uid": context.authority, "chain_uid": context.origin}
    return _without_nothing(event)


def _api_activity(row: EventRow) -> dict[str, Any]:
    body = _body(row)
    failed = row.code is not None or (row.status or 0) >= 400
    usage, client = _object(body, "usage"), _object(body, "client")
    model = {"ai_provider": _text(body, "provider") or "unknown", "name": row.model} if row.model else None
    agent = _text(client, "agent")
    tokens = _number(usage, "input_tokens"), _number(usage, "output_tokens")
    return {
        "class_uid": 6003,
        "category_uid": 6,
        "activity_id": _OTHER,
        "activity_name": "Inference",
        "severity_id": _SEVERITIES.get(_text(_object(body, "input_verdict"), "severity") or "", _INFORMATIONAL),
        "status_id": _FAILURE if failed else _SUCCESS,
        "status_code": row.code,
        "status_detail": _text(body, "message"),
        "duration": _milliseconds(_number(_object(body, "latency_us"), "total")),
        "actor": {
            "app_name": row.application or "unknown",
            "user": {"name": _text(_object(body, "end_user"), "id")}
            if _text(_object(body, "end_user"), "id")
            else None,
        },
        "src_endpoint": {"name": row.application or "unknown"},
        "api": {
            "operation": _text(body, "operation") or "chat",
            "request": {"uid": row.call_id} if row.call_id else None,
            "response": {"code": row.status, "error": row.code} if row.status is not None else None,
            "service": {"name": "Govern"},
        },
        "ai_model": None if agent else model,
        "ai_agent": {"uid": agent, "ai_model": model} if agent else None,
        "delegation": {"uid": _text(body, "key_id"), "issuer_uid": "Govern"} if _text(body, "key_id") else None,
        "message_context": {
            "application": {"name": row.application or "unknown"},
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": None if None in tokens else sum(count or 0 for count in tokens),
        },
        "metadata": {"profiles": ["ai_operation", "record_integrity"]},
        "unmapped": {
            "team": row.team,
            "key": row.key,
            "verdict": row.verdict,
            "revision": row.revision,
            "cost_nano_usd": _exact(row.cost_nano_usd),
            "requested_model": _text(body, "requested_model"),
            "deployment": _text(body, "deployment"),
            "region": _text(body, "region"),
            "stop_reason": _text(body, "finish_reason"),
        },
    }


def _detection_finding(row: EventRow) -> dict[str, Any]:
    body = _body(row)
    case, state = _text(body, "violation") or row.id, _text(body, "after")
    guard, rule = _text(body, "guard"), _text(body, "rule")
    opened = row.type == "violation.opened"
    closes = _STATES.get(state or "", 0) in {3, 4}
    application = row.application or _text(body, "application")
    return {
        "class_uid": 2004,
        "category_uid": 2,
        "activity_id": _CREATE if opened else _CLOSE if closes else _UPDATE,
        "severity_id": _SEVERITIES.get(_text(body, "severity") or "", _UNKNOWN),
        "status_id": 1 if opened else _STATES.get(state or "", _UNKNOWN),
        "comment": _text(body, "comment") or _text(body, "reason"),
        "finding_info": {
            "uid": case,
            "title": f"{guard or 'guard'}: {rule or 'rule'}",
            "analytic": {"type_id": _RULE, "name": rule, "category": guard} if rule else None,
            "product": {"name": "Govern"},
        },
        "resources": [{"name": application, "type": "application"}] if application else None,
        "metadata": {"profiles": ["record_integrity"]},
        "unmapped": {
            "actor": row.actor,
            "assignee": _text(body, "assignee"),
            "before": _text(body, "before"),
            "after": state,
            "team": row.team,
            "revision": row.revision,
        },
    }


def _body(row: EventRow) -> dict[str, Any]:
    try:
        found = _decode(row.body)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _object(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _text(found: dict[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _number(found: dict[str, Any], name: str) -> int | None:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _EXACT else None


def _exact(value: int | None) -> int | str | None:
    """A number that every reader of JSON reads exactly, or its digits."""
    return value if value is None or -_EXACT < value < _EXACT else str(value)


def _milliseconds(microseconds: int | None) -> int | None:
    return None if microseconds is None else microseconds // 1_000


def _without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_nothing(item) if isinstance(item, dict) else item
        for name, item in value.items()
        if item is not None
    }


FORMAT = Format("ocsf", "OCSF 1.9", "ocsf.jsonl", True, _Lines)
