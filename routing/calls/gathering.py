"""A streamed answer put together into a whole one: the way back from `routing.calls.replay`."""

from typing import Any

from msgspec import structs

from routing.calls.answers import AnswerMessage, Choice, Chunk, Completion, Delta, ToolCallDelta
from routing.calls.messages import CustomCall, FunctionCall, ToolCall
from routing.calls.usage import Usage, later_usage

_TEXTS = ("content", "refusal", "reasoning")
_LISTS = ("thinking_blocks", "images", "annotations", "native_blocks")


class GatheredAnswer:
    """What a stream has said so far. Token logprobs are left out: they spell out the answer a second time."""

    def __init__(self) -> None:
        self._choices: dict[int, _GatheredChoice] = {}
        self._usage: Usage | None = None
        self._extra: dict[str, Any] = {}
        self._model = ""

    def add(self, chunk: Chunk) -> None:
        """The next piece."""
        if chunk.usage is not None:
            self._usage = later_usage(self._usage, chunk.usage)
        self._model = chunk.model or self._model
        self._extra.update(chunk.extra)
        for delta in chunk.deltas:
            self._choices.setdefault(delta.index, _GatheredChoice()).add(delta)

    def completion(self) -> Completion:
        """The answer as far as it has come."""
        choices = [gathered.choice(index) for index, gathered in sorted(self._choices.items())]
        return Completion(choices=choices, usage=self._usage or Usage(), model=self._model, extra=self._extra)


class _GatheredChoice:
    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._calls: dict[int, list[ToolCallDelta]] = {}
        self._rest = AnswerMessage()
        self._ending = Delta()

    def add(self, delta: Delta) -> None:
        for field in _TEXTS:
            if text := getattr(delta, field):
                self._texts.setdefault(field, []).append(text)
        for field in _LISTS:
            getattr(self._rest, field).extend(getattr(delta, field))
        for piece in delta.tool_calls:
            self._calls.setdefault(piece.index, []).append(piece)
        if delta.audio:
            self._rest.audio = _joined_audio(self._rest.audio or {}, delta.audio)
        self._rest.extra.update(delta.extra)
        self._ending.finish_reason = delta.finish_reason or self._ending.finish_reason
        self._ending.stop_detail = delta.stop_detail or self._ending.stop_detail

    def choice(self, index: int) -> Choice:
        message = structs.replace(
            self._rest, tool_calls=[_tool_call(pieces) for _, pieces in sorted(self._calls.items())]
        )
        for field, parts in self._texts.items():
            setattr(message, field, "".join(parts))
        return Choice(
            message=message,
            index=index,
            finish_reason=self._ending.finish_reason or "stop",
            stop_detail=self._ending.stop_detail,
        )


def _joined_audio(known: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Transcript and data come in pieces, everything else once."""
    pieces = {key: known.get(key, "") + new[key] for key in ("data", "transcript") if isinstance(new.get(key), str)}
    return {**known, **new, **pieces}


def _tool_call(pieces: list[ToolCallDelta]) -> ToolCall:
    def once(field: str) -> Any:
        return next((value for piece in pieces if (value := getattr(piece, field))), None)

    name, said = once("name") or "", "".join(piece.arguments for piece in pieces)
    custom = once("type") == "custom"
    return ToolCall(
        id=once("id") or "",
        type="custom" if custom else "function",
        function=None if custom else FunctionCall(name, said),
        custom=CustomCall(name, said) if custom else None,
        extra_content=once("extra_content"),
    )
