"""The events that nearly all of a stream is made of, read in one step: a piece of text and nothing else."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from routing.calls import Chunk, Delta
from routing.wire.events import Event
from routing.wire.same_form import SameForm
from routing.wire.values import MAX_POSITIONS


class _Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    content: str


class _Choice(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    delta: _Text
    index: int = 0
    logprobs: None = None
    finish_reason: None = None


class _Event(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    choices: tuple[_Choice]
    id: str = ""
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int = 0
    model: str = ""
    usage: None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    obfuscation: str | None = None


_DECODER = msgspec.json.Decoder(_Event)
_MOST_MISSES = 4
"""Of so many events in a row that are of another form a stream is taken to be of another form: then each is read as it must be anyway."""


class TextEvents:
    """Reads such events of one stream."""

    __slots__ = ("_beside", "_form", "_left")

    def __init__(self) -> None:
        self._left = _MOST_MISSES
        self._form = SameForm()
        self._beside: _Event | None = None
        """An event of the form."""

    def read(self, events: Sequence[Event], begin: int) -> tuple[Chunk, int] | None:
        """What the events from `begin` on say together, as far as they go on alike, and where they end; None where the first of them says
        anything else, or says it otherwise."""
        texts: list[str] = []
        first: _Event | None = None
        at = begin
        while at < len(events):
            data = events[at].data
            text = self._form.text(data)
            event = self._beside if text is not None else self._event(data)
            if event is None or (first is not None and not _goes_on(first, event)):
                break
            first = first or event
            texts.append(event.choices[0].delta.content if text is None else text)
            at += 1
        if first is None:
            return None
        raw = events[begin].data if len(texts) == 1 else None
        return _chunk(first, texts[0] if len(texts) == 1 else "".join(texts), raw), at

    def _event(self, data: bytes) -> _Event | None:
        event = _decoded(data) if self._left else None
        if event is None:
            self._left = max(0, self._left - 1)
            return None
        self._left = _MOST_MISSES
        self._form.learn(data, event.choices[0].delta.content, _text_of)
        self._beside = event
        return event


def _decoded(data: bytes) -> _Event | None:
    try:
        event = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return event if 0 <= event.choices[0].index < MAX_POSITIONS else None


def _text_of(data: bytes) -> str | None:
    event = _decoded(data)
    return event.choices[0].delta.content if event is not None else None


def _goes_on(first: _Event, event: _Event) -> bool:
    return first is event or (
        first.choices[0].index == event.choices[0].index
        and first.model == event.model
        and first.service_tier == event.service_tier
        and first.system_fingerprint == event.system_fingerprint
    )


def _chunk(event: _Event, content: str, raw: bytes | None) -> Chunk:
    extra: dict[str, Any] = {}
    if event.service_tier is not None:
        extra["service_tier"] = event.service_tier
    if event.system_fingerprint is not None:
        extra["system_fingerprint"] = event.system_fingerprint
    return Chunk(
        deltas=[Delta(index=event.choices[0].index, content=content)],
        model=event.model,
        provider_id=event.id,
        extra=extra,
        raw=raw,
        raw_kind="openai",
    )
