"""Events as log records of OpenTelemetry: OTLP over HTTP in its JSON encoding. https://opentelemetry.io/docs/specs/otlp/#otlphttp"""

from collections.abc import Sequence

import msgspec

from audit.streams.http import Address, post
from audit.streams.interface import SEVERITIES, Connect, Told

_NUMBERS = {"info": 9, "low": 10, "medium": 13, "high": 17, "critical": 21}
"""OpenTelemetry's severities: INFO, INFO2, WARN, ERROR, FATAL."""
_MOST_EVENT_BYTES = 256 << 10


class _Partial(msgspec.Struct, rename="camel"):
    rejected_log_records: str | int = 0


class _Answer(msgspec.Struct, rename="camel"):
    partial_success: _Partial | None = None


class OtlpLogs(msgspec.Struct, frozen=True):
    """`otlp+https://host/v1/logs`"""

    to: Address
    token: str
    most_events: int = 200

    def send(self, stream: str, events: Sequence[Told], connect: Connect) -> int:
        scope = {"scope": {"name": "govern.audit"}, "logRecords": [_record(event) for event in events]}
        resource = {"attributes": [_text("service.name", "govern"), _text("govern.stream", stream)]}
        body = msgspec.json.encode({"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]})
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        said = post(self.to, body, headers, connect)
        try:
            answer = msgspec.json.decode(said or b"{}", type=_Answer)
            return int(answer.partial_success.rejected_log_records) if answer.partial_success else 0
        except (msgspec.MsgspecError, ValueError, UnicodeDecodeError):
            return 0  # a status of success says it all; the rest is for what a collector refuses for good


def _record(event: Told) -> dict[str, object]:
    severity = SEVERITIES[event.severity]
    return {
        "timeUnixNano": str(event.at_us * 1_000),
        "severityNumber": _NUMBERS[severity],
        "severityText": severity,
        "eventName": event.type,
        "body": {"stringValue": event.document(most_bytes=_MOST_EVENT_BYTES).decode()},
        "attributes": [
            _text(f"govern.event.{name}", str(value)) for name, value in event.fields.items() if value is not None
        ],
    }


def _text(name: str, value: str) -> dict[str, object]:
    return {"key": name, "value": {"stringValue": value}}
