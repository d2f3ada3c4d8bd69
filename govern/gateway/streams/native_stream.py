"""A provider's events to a door of the same format: passed on as they came, for as long as nothing in them has to change.

An event leaves once the inspection has released every word of it unchanged. Where a guard changes a word, where the rest of one event
would keep back words of another one, and where there is something in an event that no guard has seen, the answer goes on re-encoded.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from govern.gateway.streams.inspected_stream import FIELDS, Channel, InspectedStream
from govern.gateway.streams.waiting_deltas import waits
from routing.calls import Chunk, Delta, Usage
from routing.wire.interface import NativeEncoder


class NativeEvent(NamedTuple):
    """A provider's event, before the inspection took what it needs out of its chunk."""

    data: bytes
    texts: dict[Channel, str]
    ends: bool
    """It says why the answer ended, and stays until the outcome is durable."""
    thoughts: int
    """How many blocks of reasoning it ends."""
    waits: bool
    """It holds what is inspected at the end alone."""


def event_of(chunk: Chunk) -> NativeEvent | None:
    """The event of a chunk; None if it has none."""
    if chunk.raw is None:
        return None
    return NativeEvent(
        chunk.raw,
        _texts(chunk.deltas),
        ends=any(delta.finish_reason is not None for delta in chunk.deltas),
        thoughts=sum(len(delta.thinking_blocks) for delta in chunk.deltas),
        waits=any(delta.tool_calls or waits(delta) for delta in chunk.deltas),
    )


def _texts(deltas: Iterable[Delta]) -> dict[Channel, str]:
    texts: dict[Channel, str] = {}
    for delta in deltas:
        for field in FIELDS:
            if text := getattr(delta, field):
                texts[delta.index, field] = texts.get((delta.index, field), "") + text
    return texts


class NativeStream:
    """One answer. `inspected` is what guards make of it; without any, every event passes, known or not."""

    def __init__(self, encoder: NativeEncoder, inspected: InspectedStream) -> None:
        self._encoder = encoder
        self._allows = inspected.allows
        self._inspected = inspected.inspecting
        self._native = True
        self._queue: list[NativeEvent] = []
        self._unseen: dict[Channel, str] = {}
        """What came and was not released yet."""
        self._released: dict[Channel, str] = {}
        """What was released and not told yet."""

    def tell(self, event: NativeEvent | None, kind: str, passed: Chunk | None) -> bytes:
        """The bytes that a piece of the answer adds: its event, or what the inspection released with it."""
        released = _texts(passed.deltas if passed is not None else ())
        if event is None or not self._takes(event, kind) or not self._note(event.texts, released):
            return self.rest() + (self._encoder.chunk(passed) if passed is not None else b"")
        thoughts = sum(len(delta.thinking_blocks) for delta in passed.deltas) if passed is not None else 0
        self._queue.append(event._replace(waits=event.waits or thoughts < event.thoughts))
        told = self._ready()
        return told + self.rest() if self._queue and self._keeps_words_back() else told

    def end(self, rest: Sequence[Chunk], usage: Usage | None, *, withheld: bool) -> bytes:
        """Everything that is left, and the end. `withheld` says that something was left out of the rest."""
        left = _texts(delta for chunk in rest for delta in chunk.deltas)
        awaited = {channel: text for channel, text in self._unseen.items() if text}
        if self._native and self._queue and not withheld and left == awaited:
            *events, last = self._queue
            told = [self._encoder.native(event.data) for event in events]
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

    def _takes(self, event: NativeEvent, kind: str) -> bool:
        if not self._native or kind != self._encoder.native_kind:
            return False
        if not self._inspected:
            return True
        beside = self._encoder.beside(event.data)
        return beside is not None and self._allows(beside)

    def _note(self, came: dict[Channel, str], released: dict[Channel, str]) -> bool:
        """Takes note of what came and what was released. False, and nothing noted, if that is not what had come."""
        unseen = {
            channel: self._unseen.get(channel, "") + came.get(channel, "") for channel in {**self._unseen, **came}
        }
        if not all(unseen.get(channel, "").startswith(text) for channel, text in released.items()):
            return False
        for channel, text in released.items():
            unseen[channel] = unseen[channel][len(text) :]
            self._released[channel] = self._released.get(channel, "") + text
        self._unseen = unseen
        return True

    def _ready(self) -> bytes:
        told = []
        while self._queue and self._is_ready(self._queue[0]):
            event = self._queue.pop(0)
            for channel, text in event.texts.items():
                self._released[channel] = self._released[channel][len(text) :]
            told.append(self._encoder.native(event.data))
        return b"".join(told)

    def _is_ready(self, event: NativeEvent) -> bool:
        if event.ends or (self._inspected and event.waits):
            return False
        return all(len(self._released.get(channel, "")) >= len(text) for channel, text in event.texts.items())

    def _keeps_words_back(self) -> bool:
        """Whether the first event waits while words of another channel could leave."""
        if not self._inspected:
            return False
        first = self._queue[0]
        own = {} if first.ends or first.waits else first.texts
        return any(text for channel, text in self._released.items() if channel not in own)
