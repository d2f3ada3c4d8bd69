"""Server-sent events, cut into bytes at any place."""

import re

import msgspec

from routing.errors import ProviderError

MAX_EVENT_BYTES = 32 << 20
"""A generated image in one event stays below; what is longer is no event."""

_NAME = re.compile(rb"event: [!-~]++")
"""The line that names an event, as nearly all are written."""


class Event(msgspec.Struct, frozen=True):
    """One event. `name` is empty where the provider names none."""

    name: str
    data: bytes

    @property
    def says_nothing(self) -> bool:
        """Whether it is blank, or the word by which OpenAI ends a stream: gateways end streams of every format with it."""
        return self.data.strip() in (b"", b"[DONE]")


class EventReader:
    """Collects bytes into events, by the rules of the HTML standard for `text/event-stream`; lines end with LF, CRLF or CR."""

    __slots__ = ("_after_return", "_comment", "_data", "_data_bytes", "_name", "_tail", "_tail_bytes")

    def __init__(self) -> None:
        self._comment = False
        self._after_return = False
        """The last byte was a CR, so that a LF now belongs to it."""
        self._tail: list[bytes] = []
        self._tail_bytes = 0
        self._name = ""
        self._data: list[bytes] = []
        self._data_bytes = 0

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes complete. Raises ProviderError for an event without end."""
        if self._after_return or b"\r" in chunk:
            chunk = self._with_plain_ends(chunk)
        if b"\n" not in chunk:
            if chunk:
                self._tail.append(chunk)
                self._tail_bytes += len(chunk)
            if self._tail_bytes > MAX_EVENT_BYTES:
                raise ProviderError("The provider's stream holds an event without end.")
            return []
        if self._tail:
            chunk = b"".join([*self._tail, chunk])
            self._tail.clear()
        *blocks, rest = chunk.split(b"\n\n")
        events: list[Event] = []
        begun = bool(self._data or self._name)
        for block in blocks:
            name, line, data = block.rpartition(b"\n")
            if begun or not data.startswith(b"data: ") or (line and not _NAME.fullmatch(name)):
                self._lines(block.split(b"\n"), events)
                self._line(b"", events)
                begun = False
            else:  # as nearly all of them
                events.append(Event(name[7:].decode(), data[6:]))
        *lines, last = rest.split(b"\n")
        self._lines(lines, events)
        if last:
            self._tail.append(last)
        self._tail_bytes = len(last)
        return events

    def heard_comment(self) -> bool:
        """Whether a comment came since this was asked last. What it says is nobody's business."""
        heard, self._comment = self._comment, False
        return heard

    def end(self) -> list[Event]:
        """The last event, where the provider left out the blank line after it."""
        events: list[Event] = []
        if self._tail:
            self._line(b"".join(self._tail), events)
        self._line(b"", events)
        return events

    def _with_plain_ends(self, chunk: bytes) -> bytes:
        if self._after_return:
            chunk = chunk.removeprefix(b"\n")
        self._after_return = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _lines(self, lines: list[bytes], events: list[Event]) -> None:
        for line in lines:
            self._line(line, events)

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
