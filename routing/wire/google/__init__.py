"""Google's format: `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`."""

import re
from typing import Any

import msgspec

from routing.calls import ChatRequest, Completion
from routing.calls.requests import decode_object
from routing.wire.google.errors import error_object
from routing.wire.google.read_requests import decode_generate
from routing.wire.google.write_answers import generate_object
from routing.wire.google.write_stream import ArrayFraming, EventFraming, GenerateStream
from routing.wire.interface import AnswerIdentity

__all__ = ["GoogleFormat", "google_format", "token_count_request"]

_PATH = re.compile(r"/(?:v1beta|v1)/models/(?P<model>.+):(?P<method>generateContent|streamGenerateContent)\Z")
_COUNT = re.compile(r"/(?:v1beta|v1)/models/(?P<model>.+):countTokens\Z")
_EVENTS = re.compile(r"(?:^|&)alt=sse(?:&|$)")


class GoogleFormat:
    """One of the two methods. Streams are server-sent events with `alt=sse`, and a JSON array of answers without."""

    kind = "google"
    ping = b"\n"
    """A blank line: Google's SDKs take any other line without `data:` for a piece of the answer, and a stream may be a JSON array."""

    def __init__(self, *, streamed: bool, events: bool = True) -> None:
        self._streamed = streamed
        self._events = events
        self.stream_media_type = "text/event-stream" if events else "application/json"

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request, with its bytes for a provider of the same format. Raises InvalidRequest."""
        match = _PATH.match(path)
        assert match is not None, "only paths that google_format knows come here"
        return decode_generate(body, match["model"], streamed=self._streamed)

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """An answer object; an answer of the same format passes unchanged."""
        if completion.raw is not None and completion.raw_kind == self.kind:
            return completion.raw
        return msgspec.json.encode(generate_object(completion, identity))

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> GenerateStream:
        """The pieces of an answer."""
        return GenerateStream(identity, EventFraming() if self._events else ArrayFraming())

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """Google's error envelope."""
        return msgspec.json.encode(error_object(error, status))


_WHOLE = GoogleFormat(streamed=False)
_STREAMED = {events: GoogleFormat(streamed=True, events=events) for events in (True, False)}


def token_count_request(body: bytes, path: str) -> ChatRequest:
    """What `:countTokens` asks to be counted: contents, or a whole request in `generateContentRequest`. Raises InvalidRequest."""
    match = _COUNT.match(path)
    assert match is not None, "only paths with this method come here"
    asked = decode_object(body)
    whole = asked.get("generateContentRequest", asked.get("generate_content_request"))
    if type(whole) is dict:
        asked = {name: value for name, value in whole.items() if name != "model"}
    return decode_generate(msgspec.json.encode(asked), match["model"], streamed=False)


def google_format(path: str, query: str) -> GoogleFormat | None:
    """The format of a path and its query string (without `?`), or None if the path is none of the two methods."""
    match = _PATH.match(path)
    if match is None:
        return None
    return _WHOLE if match["method"] == "generateContent" else _STREAMED[_EVENTS.search(query) is not None]
