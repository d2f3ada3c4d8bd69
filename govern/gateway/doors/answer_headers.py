"""Headers of answers: which call it was, and how it was governed."""

from govern.gateway.call import Call
from govern.gateway.callers.callers_words import header_list, header_value
from govern.gateway.doors.door_formats import CHAT, MESSAGES
from govern.gateway.doors.http import Headers
from govern.gateway.rate_limits import rate_limit_headers
from govern.gateway.receipts import header_of
from govern.gateway.records import replaced_tool_results
from routing.money import usd
from routing.wire.interface import DoorFormat

JSON: Headers = [(b"content-type", b"application/json")]
EVENT_STREAM = "text/event-stream; charset=utf-8"


def request_id_headers(format_: DoorFormat, request_id: str) -> Headers:
    """Which call it was, under the contract's name and, at the Messages door, under the one that Anthropic's SDKs read."""
    headers = [(b"x-request-id", request_id.encode())]
    return [*headers, (b"request-id", request_id.encode())] if format_ is MESSAGES else headers


def call_headers(call: Call, format_: DoorFormat = CHAT, overhead_us: int | None = None) -> Headers:
    """How the call was governed. `overhead_us`: until the provider was asked, where it has not answered yet."""
    deployment = call.attempts[-1].deployment
    assert call.route is not None
    headers = [
        *request_id_headers(format_, call.id_text),
        (b"x-govern-revision", str(call.snapshot.revision.number).encode()),
        (b"x-govern-route", header_value(call.route.name)),
        (b"x-govern-model", header_value(deployment.model)),
        (b"x-govern-provider", header_value(deployment.provider)),
        (b"x-govern-cache", b"off" if call.cached is None else b"hit" if call.is_hit else b"miss"),
        (
            b"x-govern-overhead-ms",
            f"{(call.overhead_us() if overhead_us is None else overhead_us) / 1_000:.2f}".encode(),
        ),
    ]
    if call.cached is not None and call.cached.found is not None:
        headers.append((b"age", str(call.cached.found.age_s).encode()))
    if replaced := replaced_tool_results(call):
        headers.append((b"x-govern-replaced-tool-results", str(replaced).encode()))
    headers += rate_limit_headers(call, format_)
    headers.append(header_of(call))
    if call.evidence.dropped:
        headers.append((b"x-govern-dropped-parameters", header_list(call.evidence.dropped)))
    return headers


def whole_headers(call: Call, format_: DoorFormat) -> Headers:
    """The headers of an answer that is whole, so that its cost is known."""
    return [*JSON, *call_headers(call, format_), (b"x-govern-cost-usd", usd(call.cost_nano_usd).encode())]


def stream_headers(format_: DoorFormat, call: Call, overhead_us: int) -> Headers:
    """The headers of a streamed answer. No cache keeps it, and no proxy (nginx) collects it."""
    media_type = getattr(format_, "stream_media_type", EVENT_STREAM)
    return [
        (b"content-type", media_type.encode()),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
        *call_headers(call, format_, overhead_us),
    ]
