"""What of a streamed answer waits for its end, since it cannot be inspected piece by piece."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import msgspec

from govern.gateway.streams.repeated_texts import Look
from routing.calls import AnswerPart, Delta, Surface, Unscanned, unchanged
from routing.calls.surfaces.contents import base64_content, data_uri_content
from routing.calls.surfaces.walk import SurfaceRole

_FLOWING = frozenset(
    (
        *("content", "reasoning", "refusal", "index", "role", "tool_calls", "thinking_blocks"),
        *("finish_reason", "stop_detail"),
    )
)
WAITING = tuple(field for field in Delta.__struct_fields__ if field not in _FLOWING)
"""Everything else that a delta may carry, also what is added to it later."""
_waiting_of = attrgetter(*WAITING)
Field = tuple[str, ...]
"""What is left out as a whole: a field of a delta, or one of its `audio` or of what no format documents."""
_LISTS = ("images", "annotations", "native_blocks")
_SPOKEN: Field = ("audio", "transcript")
_SOUND: Field = ("audio", "data")


def waits(delta: Delta) -> bool:
    """Whether a delta holds what cannot be inspected before the end of the answer."""
    return any(_waiting_of(delta))


class WaitingDeltas:
    """The pieces of one answer that wait."""

    def __init__(self) -> None:
        self._deltas: list[Delta] = []
        self.changed = False
        """Something was left out of them, or replaced."""
        self.unscanned: list[Unscanned] = []

    def __bool__(self) -> bool:
        return bool(self._deltas)

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
            self._joined(own, look)
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
        joined: dict[str, list[Any]] = {}
        for logprobs in found:
            for key, value in logprobs.items():
                joined.setdefault(key, []).extend(value if type(value) is list else [value])
        if look(AnswerPart({"logprobs": joined}, ("choices", deltas[0].index)).surfaces):
            self.changed = True
            for delta in deltas:
                delta.logprobs = None

    def _joined(self, deltas: list[Delta], look: Look) -> None:
        """A text may be told in pieces anywhere, and clients join pieces by their place: a field in which something is found
        joined is left out, and of what was spoken the first piece says what may be said."""
        pieces: dict[tuple[Field, str], list[str]] = {}
        for delta in deltas:
            for field, place, text in _texts(delta):
                pieces.setdefault((field, place), []).append(text)
        surfaces: dict[str, tuple[Field, Surface]] = {}
        for number, ((field, _), told) in enumerate(pieces.items()):
            if len(told) > 1:
                place = f"choices[{deltas[0].index}].message.{'.'.join(field)}#{number}"
                role: SurfaceRole = "assistant" if field == _SPOKEN else "parameter"
                for surface in _read(field, told, role):
                    surfaces[place + surface.location] = (field, surface)
        texts = look([surface._replace(location=place) for place, (_, surface) in surfaces.items()]) if surfaces else {}
        for place, text in texts.items():
            self.changed = True
            field, _ = surfaces[place]
            if field == _SPOKEN:
                _say_instead(deltas, text)
            else:
                for delta in deltas:
                    _leave_out(delta, field)


def _texts(delta: Delta) -> Iterator[tuple[Field, str, str]]:
    """Field, place in it, and text. Of a list in which pieces have an `index` the pieces of one index belong together."""
    for name, values in (("audio", delta.audio or {}), ("extra", delta.extra)):
        for key, value in values.items():
            for place, text in _leaves(value, "", in_order=True):
                yield (name, key), place, text
    for name in _LISTS:
        for place, text in _leaves(msgspec.to_builtins(getattr(delta, name)), "", in_order=False):
            yield (name,), place, text


def _leaves(value: Any, place: str, *, in_order: bool) -> Iterator[tuple[str, str]]:
    """in_order: entries of a list that have no index belong to those at the same position of the next piece."""
    if type(value) is str:
        yield place, value
    elif type(value) is dict:
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}", in_order=in_order)
    elif type(value) is list:
        for position, item in enumerate(value):
            index = item.get("index") if type(item) is dict else None
            if type(index) is int or in_order:
                yield from _leaves(
                    item, f"{place}[{position if type(index) is not int else f'#{index}'}]", in_order=in_order
                )


def _read(field: Field, told: list[str], role: SurfaceRole) -> list[Surface]:
    """What the pieces of one text say together."""
    if field != _SOUND:
        if all(data_uri_content(text) for text in told):
            return []  # files, each for itself
        return [Surface(role, "", "".join(told))]
    contents = [base64_content(text) for text in told]
    joined = AnswerPart("".join(told), ("choices", 0, "message", *field)).surfaces
    return [*joined, Surface("document", "#decoded", "".join([found.text or "" for found in contents if found]))]


def _say_instead(deltas: list[Delta], text: str) -> None:
    for delta in deltas:
        if delta.audio and "transcript" in delta.audio:
            delta.audio = {**delta.audio, "transcript": text}
            text = ""


def _leave_out(delta: Delta, field: Field) -> None:
    if field[0] == "extra":
        delta.extra = {key: value for key, value in delta.extra.items() if key != field[1]}
    elif field[0] == "audio":
        delta.audio = {key: value for key, value in (delta.audio or {}).items() if key != field[1]} or None
    else:
        setattr(delta, field[0], [])
