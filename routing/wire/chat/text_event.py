"""The event that nearly all of a stream is made of, read in one step: a piece of text and nothing else."""

from typing import Any, Literal

import msgspec

from routing.calls import Chunk, Delta
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

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = _MOST_MISSES

    def read(self, data: bytes) -> Chunk | None:
        """The chunk; None where the event says anything else, or says it otherwise."""
        if not self._left:
            return None
        try:
            event = _DECODER.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._left -= 1
            return None
        choice = event.choices[0]
        if not 0 <= choice.index < MAX_POSITIONS:
            return None
        self._left = _MOST_MISSES
        extra: dict[str, Any] = {}
        if event.service_tier is not None:
            extra["service_tier"] = event.service_tier
        if event.system_fingerprint is not None:
            extra["system_fingerprint"] = event.system_fingerprint
        return Chunk(
            deltas=[Delta(index=choice.index, content=choice.delta.content)],
            model=event.model,
            provider_id=event.id,
            extra=extra,
            raw=data,
            raw_kind="openai",
        )
