"""What of a streamed answer waits for its end, since it cannot be inspected piece by piece."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from govern.gateway.repeated_texts import Look
from routing.calls import AnswerPart, Delta, Surface, Unscanned, unchanged

_FLOWING = frozenset(
    (
        *("content", "reasoning", "refusal", "index", "role", "tool_calls", "thinking_blocks"),
        *("finish_reason", "stop_detail"),
    )
)
WAITING = tuple(field for field in Delta.__struct_fields__ if field not in _FLOWING)
"""Everything else that a delta may carry, also what is added to it later."""


def waits(delta: Delta) -> bool:
    """Whether a delta holds what cannot be inspected before the end of the answer."""
    return any(getattr(delta, field) for field in WAITING)


class WaitingDeltas:
    """The pieces of one answer that wait."""

    def __init__(self) -> None:
        self._deltas: list[Delta] = []
        self.changed = False
        """Something was left out of them, or replaced."""
        self.unscanned: list[Unscanned] = []

    def add(self, delta: Delta) -> None:
        """One more; only its thinking blocks and what `waits` names count."""
        rest = {field: getattr(delta, field) for field in WAITING}
        self._deltas.append(Delta(index=delta.index, thinking_blocks=delta.thinking_blocks, **rest))

    def inspected(self, look: Look) -> list[Delta]:
        """The pieces as they may go out: each on its own, and what tells one text in pieces joined. Raises `StreamBlocked`."""
        deltas = self._deltas
        for index in {delta.index for delta in deltas}:
            own = [delta for delta in deltas if delta.index == index]
            self._logprobs(own, look)
            self._transcript(own, look)
            self._extra(own, look)
        return [self._alone(delta, look) for delta in deltas]

    def _alone(self, delta: Delta, look: Look) -> Delta:
        message = {
            field: msgspec.to_builtins(getattr(delta, field))
            for field in ("thinking_blocks", *WAITING)
            if field != "logprobs" and getattr(delta, field)
        }
        if not message:
            return delta
        part = AnswerPart({"message": message}, ("choices", delta.index))
        self.unscanned += part.unscanned
        texts = look(part.surfaces)
        if not texts:
            return delta
        self.changed = True
        new = part.replaced(texts)["message"]
        if "thinking_blocks" in new:
            new["thinking_blocks"] = unchanged(new["thinking_blocks"], message["thinking_blocks"])
        return msgspec.convert({**new, "index": delta.index, "logprobs": delta.logprobs}, Delta)

    def _logprobs(self, deltas: list[Delta], look: Look) -> None:
        found = [delta.logprobs for delta in deltas if delta.logprobs]
        if not found:
            return
        joined: dict[str, Any] = {}
        for logprobs in found:
            for key, value in logprobs.items():
                if type(value) is list and type(joined.get(key, [])) is list:
                    joined[key] = [*joined.get(key, ()), *value]
                else:
                    joined.setdefault(key if joined.get(key) is None else f"{key} ", value)
        if look(AnswerPart({"logprobs": joined}, ("choices", deltas[0].index)).surfaces):
            self.changed = True
            for delta in deltas:
                delta.logprobs = None

    def _transcript(self, deltas: list[Delta], look: Look) -> None:
        spoken = [d for d in deltas if d.audio and type(d.audio.get("transcript")) is str]
        if len(spoken) < 2:
            return
        said = "".join([delta.audio["transcript"] for delta in spoken if delta.audio])
        place = f"choices[{deltas[0].index}].message.audio.transcript"
        texts = look([Surface("assistant", place, said)])
        if texts:
            self.changed = True
            for number, delta in enumerate(spoken):
                delta.audio = {**(delta.audio or {}), "transcript": texts[place] if number == 0 else ""}

    def _extra(self, deltas: list[Delta], look: Look) -> None:
        """Fields that no format documents may tell one text in pieces: one in which something is found joined is left out."""
        pieces: dict[tuple[str, str], list[str]] = {}
        for delta in deltas:
            for field, place, text in _texts(delta.extra):
                pieces.setdefault((field, place), []).append(text)
        surfaces = {
            f"choices[{deltas[0].index}].message.extra#{number}": (field, "".join(told))
            for number, ((field, _), told) in enumerate(pieces.items())
            if len(told) > 1
        }
        texts = look([Surface("parameter", place, text) for place, (_, text) in surfaces.items()]) if surfaces else {}
        left_out = {surfaces[place][0] for place in texts}
        if left_out:
            self.changed = True
            for delta in deltas:
                delta.extra = {field: value for field, value in delta.extra.items() if field not in left_out}


def _texts(extra: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field, value in extra.items():
        for place, text in _leaves(value, ""):
            yield field, place, text


def _leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if type(value) is str:
        yield place, value
    elif type(value) is dict:
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}")
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{place}[{index}]")
