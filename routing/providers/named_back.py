"""Calls of functions that were sent under other names, as their caller knows them: in their namespace, or with plain text."""

from collections.abc import Mapping

import msgspec

from routing.calls import Chunk, Completion, CustomCall, Delta, ToolCall, ToolCallDelta
from routing.providers.fitted_tools import RESPONSES, TEXT_ARGUMENT
from routing.providers.function_names import Named

Names = Mapping[str, Named]


def named_back(completion: Completion, names: Names) -> Completion:
    """The answer with its calls in the caller's words."""
    for choice in completion.choices:
        calls = choice.message.tool_calls
        if any(call.name in names for call in calls):
            choice.message.tool_calls = [_call(call, names.get(call.name)) for call in calls]
            completion.raw = None
    return completion


def _call(call: ToolCall, named: Named | None) -> ToolCall:
    if named is None:
        return call
    extra_content = _with_namespace(call.extra_content, named)
    if call.function is None:
        custom = msgspec.structs.replace(call.custom, name=named.name) if call.custom else None
        return msgspec.structs.replace(call, custom=custom, extra_content=extra_content)
    if named.custom:
        said = _text_of(call.function.arguments)
        return ToolCall(id=call.id, type="custom", custom=CustomCall(named.name, said), extra_content=extra_content)
    function = msgspec.structs.replace(call.function, name=named.name)
    return msgspec.structs.replace(call, function=function, extra_content=extra_content)


def _with_namespace(extra_content: dict[str, object] | None, named: Named) -> dict[str, object] | None:
    if named.namespace is None:
        return extra_content
    return {**(extra_content or {}), RESPONSES: {"namespace": named.namespace}}


def _text_of(arguments: str) -> str:
    """The text among a function's arguments; all of them as they came where the model wrote something else."""
    try:
        value = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        return arguments
    said = value.get(TEXT_ARGUMENT) if type(value) is dict else None
    return said if type(said) is str else arguments


class NamingBack:
    """The same for a stream. The arguments of a tool that takes text are held until its call is whole, since they are JSON till then."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._held: dict[tuple[int, int], list[str]] = {}

    def chunk(self, chunk: Chunk) -> Chunk:
        """A piece of the answer in the caller's words."""
        for delta in chunk.deltas:
            if delta.tool_calls or (self._held and delta.finish_reason is not None):
                before = delta.tool_calls
                delta.tool_calls = [self._piece(delta.index, piece) for piece in delta.tool_calls]
                if delta.finish_reason is not None:
                    delta.tool_calls += self._rest(delta)
                if delta.tool_calls != before:
                    chunk.raw = None
        return chunk

    def _piece(self, choice: int, piece: ToolCallDelta) -> ToolCallDelta:
        place = (choice, piece.index)
        named = self._names.get(piece.name) if piece.name else None
        if named is not None:
            extra_content = _with_namespace(piece.extra_content, named)
            piece = msgspec.structs.replace(piece, name=named.name, extra_content=extra_content)
            if named.custom:
                piece = msgspec.structs.replace(piece, type="custom")
                self._held[place] = []
        if place in self._held:
            self._held[place].append(piece.arguments)
            return msgspec.structs.replace(piece, arguments="", type="custom")
        return piece

    def _rest(self, delta: Delta) -> list[ToolCallDelta]:
        places = [place for place in self._held if place[0] == delta.index]
        return [
            ToolCallDelta(index=place[1], type="custom", arguments=_text_of("".join(self._held.pop(place))))
            for place in places
        ]
