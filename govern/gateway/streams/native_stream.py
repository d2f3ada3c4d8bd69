"""A provider's events to a door of the same format: passed on as they came, for as long as nothing in them has to change.

An event leaves once the inspection has released every word of it unchanged. Where a guard changes a word, where the rest of one event
would keep back words of another one, and where there is something in an event that no guard has seen, the answer goes on re-encoded.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

from govern.gateway.streams.inspected_stream import FIELDS, Channel, InspectedStream
from govern.gateway.streams.waiting_deltas import waits
from routing.calls import Chunk, Delta, Usage, only_text
from routing.wire.interface import NativeEncoder

_fields_of = attrgetter(*FIELDS)


class NativeEvent(msgspec.Struct):
    """A provider's event, before the inspection took what it needs out of its chunk."""

    data: bytes
    kind: str
    """The kind of provider that wrote it; empty where it is not known any more what it wrote."""
    texts: dict[Channel, str]
    ends: bool = False
    """It says why the answer ended, and stays until the outcome is durable."""
    thoughts: int = 0
    """How many blocks of reasoning it ends."""
    waits: bool = False
    """It holds what is inspected at the end alone."""


def events_of(chunk: Chunk) -> list[NativeEvent]:
    """The events of a chunk, in their order."""
    return [_event_of(part) for part in chunk.parts] if chunk.parts else [_event_of(chunk)]


def _event_of(chunk: Chunk) -> NativeEvent:
    if chunk.raw is None:
        return NativeEvent(b"", "", {})
    if len(chunk.deltas) == 1:
        text = only_text(chunk.deltas[0])
        if text is not None:
            return NativeEvent(chunk.raw, chunk.raw_kind, {(chunk.deltas[0].index, "content"): text})
    return NativeEvent(
        chunk.raw,
        chunk.raw_kind,
        _texts(chunk.deltas),
        ends=any(delta.finish_reason is not None for delta in chunk.deltas),
        thoughts=sum(len(delta.thinking_blocks) for delta in chunk.deltas),
        waits=any(delta.tool_calls or waits(delta) for delta in chunk.deltas),
    )


def _texts(deltas: Iterable[Delta]) -> dict[Channel, str]:
    texts: dict[Channel, str] = {}
    for delta in deltas:
        for field, text in zip(FIELDS, _fields_of(delta), strict=True):
            if text:
                texts[delta.index, field] = texts.get((delta.index, field), "") + text
    return texts


class NativeStream:
    """One answer. `inspected` is what guards make of it; without any, every event passes, known or not."""

    def __init__(self, encoder: NativeEncoder, inspected: InspectedStream) -> None:
        self._encoder = encoder
        self._allows = inspected.allows
        self._inspected = inspected.inspecting
        self._native = True
        self._queue: deque[NativeEvent] = deque()
        self._unseen: dict[Channel, str] = {}
        """What came and was not released yet."""
        self._released: dict[Channel, str] = {}
        """What was released and not told yet."""

    def tell(self, events: Sequence[NativeEvent], passed: Chunk | None) -> bytes:
        """The bytes that a piece of the answer adds: its events, or what the inspection released with it."""
        released = _texts(passed.deltas if passed is not None else ())
        if not all(map(self._takes, events)):
            return self.rest() + (self._encoder.chunk(passed) if passed is not None else b"")
        if not self._note(events, released):
            return self._tell_until_changed(events, passed)
        if passed is None or sum(len(delta.thinking_blocks) for delta in passed.deltas) < events[-1].thoughts:
            events[-1].waits = events[-1].waits or events[-1].thoughts > 0
        self._queue += events
        told = self._ready()
        return told + self.rest() if self._queue and self._keeps_words_back() else told

    def _tell_until_changed(self, events: Sequence[NativeEvent], passed: Chunk | None) -> bytes:
        """Of texts that arrived together, the events before the first word that a guard has changed, then the rest re-encoded."""
        only = passed.deltas[0] if passed is not None and len(passed.deltas) == 1 else None
        text = only_text(only) if only is not None else None
        if passed is None or only is None or text is None:
            return self.rest() + (self._encoder.chunk(passed) if passed is not None else b"")
        channel = (only.index, "content")
        came = self._unseen.get(channel, "") + "".join([event.texts.get(channel, "") for event in events])
        same = _common_beginning(came, text)
        self._note(events, {channel: same})
        self._queue += events
        told = self._ready() + self.rest()
        changed = msgspec.structs.replace(passed, deltas=[Delta(index=only.index, content=text[len(same) :])])
        return told + (self._encoder.chunk(changed) if len(same) < len(text) else b"")

    def end(self, rest: Sequence[Chunk], usage: Usage | None, *, withheld: bool) -> bytes:
        """Everything that is left, and the end. `withheld` says that something was left out of the rest."""
        left = _texts(delta for chunk in rest for delta in chunk.deltas)
        awaited = {channel: text for channel, text in self._unseen.items() if text}
        if self._native and self._queue and not withheld and left == awaited:
            last = self._queue.pop()
            told = [self._encoder.native(event.data) for event in self._queue]
            return b"".join((*told, self._encoder.native(last.data, last=True)))
        return self.rest() + b"".join(map(self._encoder.chunk, rest)) + self._encoder.end(usage)

    def rest(self) -> bytes:
        """What was released and not told yet, re-encoded as all that follows."""
        if not self._native:
            return b""
        self._native = False
        self._queue.clear()
        told = []
        for (index, field), text in self._released.items():
            if text:
                delta = Delta(index=index)
                setattr(delta, field, text)
                told.append(self._encoder.chunk(Chunk(deltas=[delta])))
        return b"".join(told)

    def _takes(self, event: NativeEvent) -> bool:
        if not self._native or event.kind != self._encoder.native_kind:
            return False
        if not self._inspected:
            return True
        beside = self._encoder.beside(event.data)
        return beside is not None and self._allows(beside)

    def _note(self, events: Sequence[NativeEvent], released: dict[Channel, str]) -> bool:
        """Takes note of what came and what was released. False, and nothing noted, if that is not what had come."""
        came: dict[Channel, list[str]] = {channel: [text] for channel, text in self._unseen.items()}
        for event in events:
            for channel, text in event.texts.items():
                came.setdefault(channel, []).append(text)
        unseen = {channel: "".join(texts) for channel, texts in came.items()}
        for channel, text in released.items():
            if not unseen.get(channel, "").startswith(text):
                return False
        for channel, text in released.items():
            unseen[channel] = unseen[channel][len(text) :]
            self._released[channel] = self._released.get(channel, "") + text
        self._unseen = unseen
        return True

    def _ready(self) -> bytes:
        told: list[bytes] = []
        taken: dict[Channel, int] = {}
        while self._queue and self._is_ready(self._queue[0], taken):
            event = self._queue.popleft()
            for channel, text in event.texts.items():
                taken[channel] = taken.get(channel, 0) + len(text)
            told.append(self._encoder.native(event.data))
        for channel, size in taken.items():
            self._released[channel] = self._released[channel][size:]
        return b"".join(told)

    def _is_ready(self, event: NativeEvent, taken: dict[Channel, int]) -> bool:
        """Whether all of its words were released, behind those of the events before it."""
        if event.ends or (self._inspected and event.waits):
            return False
        left = [len(self._released.get(to, "")) - taken.get(to, 0) - len(text) for to, text in event.texts.items()]
        return not left or min(left) >= 0

    def _keeps_words_back(self) -> bool:
        """Whether the first event waits while words of another channel could leave."""
        if not self._inspected:
            return False
        first = self._queue[0]
        own = {} if first.ends or first.waits else first.texts
        return any(text for channel, text in self._released.items() if channel not in own)


def _common_beginning(one: str, other: str) -> str:
    both = zip(one, other, strict=False)
    return one[: next((place for place, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))]
