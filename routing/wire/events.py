"""Server-sent events, cut into bytes at any place."""

from typing import NamedTuple

from routing.errors import ProviderError

MAX_EVENT_BYTES = 32 << 20
"""A generated image in one event stays below; what is longer is no event."""


class Event(NamedTuple):
    """One event. `name` is empty where the provider names none."""

    name: str
    data: bytes

    @property
    def says_nothing(self) -> bool:
        """Whether it is blank, or the word by which OpenAI ends a stream: gateways end streams of every format with it."""
        return self.data.strip() in (b"", b"[DONE]")


class EventReader:
    """Collects bytes into events, by the rules of the HTML standard for `text/event-stream`; lines end with LF or
    CRLF.
    """

    __slots__ = ("_comment", "_data", "_data_bytes", "_name", "_tail", "_tail_bytes")

    def __init__(self) -> None:
        self._comment = False
        self._tail: list[bytes] = []
        self._tail_bytes = 0
        self._name = ""
        self._data: list[bytes] = []
        self._data_bytes = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes complete. Raises ProviderError for an event without end."""
        if b"\n" not in chunk:
            self._tail.append(chunk)
            self._tail_bytes += len(chunk)
            if self._tail_bytes > MAX_EVENT_BYTES:
                raise ProviderError("The provider's stream holds an event without end.")
            return []
        if self._tail:
            chunk = b"".join([*self._tail, chunk])
        lines = chunk.split(b"\n")
        last = lines.pop()
        self._tail, self._tail_bytes = ([last], len(last)) if last else ([], 0)
        events: list[Event] = []
        for line in lines:
            self._line(line.removesuffix(b"\r"), events)
        return events

    def heard_comment(self) -> bool:
        """Whether a comment came since this was asked last. What it says is nobody's business."""
        heard, self._comment = self._comment, False
        return heard

    def end(self) -> list[Event]:
        """The last event, where the provider left out the blank line after it."""
        events: list[Event] = []
        if self._tail:
            self._line(b"".join(self._tail).removesuffix(b"\r"), events)
        self._line(b"", events)
        return events

    def _line(self, line: bytes, events: list[Event]) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            self._data_bytes += len(line)
            if self._data_bytes > MAX_EVENT_BYTES:
                raise ProviderError("The provider's stream holds an event without end.")
        elif not line:
            if self._data:
                events.append(Event(self._name, self._data[0] if len(self._data) == 1 else b"\n".join(self._data)))
                self._data, self._data_bytes = [], 0
            self._name = ""
        elif line.startswith(b"event:"):
            self._name = line[6:].strip().decode("ascii", "replace")
        elif line.startswith(b":"):
            self._comment = True
