"""What of a streamed answer is told at its end, since a tool call that guards have not released yet stands before it."""

from typing import Any

from routing.calls import Delta, NativePart, RedactedThinkingPart, ThinkingPart, ToolCall
from routing.calls.order import in_order, is_order, stretches_of
from routing.wire.held_calls import HeldCalls

Thought = ThinkingPart | RedactedThinkingPart
Held = Thought | NativePart | ToolCall | str
"""A block, or a stretch of text."""


class HeldBlocks:
    """The tool calls of an answer and everything that came after the first of them."""

    def __init__(self) -> None:
        self._calls = HeldCalls()
        self._begun = False
        self._order: list[NativePart] = []
        self._thoughts: list[Thought] = []
        self._thought: list[str] = []
        self._own: list[NativePart] = []
        self._text: list[str] = []
        self.beside: list[Delta] = []
        """Citations and images, which are told after the text."""

    def begins_with(self, delta: Delta) -> bool:
        """Whether a piece must be held: a call has begun before it, or it brings the order of all, so that it tells many blocks."""
        return self._begun or any(map(is_order, delta.native_blocks))

    def begin(self) -> None:
        """From now on everything is held."""
        self._begun = True

    def call(self, delta: Delta) -> None:
        """The calls of a piece."""
        if delta.tool_calls:
            self._begun = True
            self._calls.add(delta.tool_calls)

    def hold(self, delta: Delta, said: str) -> None:
        """Everything else of it; `said` is its text."""
        self._thoughts += delta.thinking_blocks
        if delta.reasoning:
            self._thought.append(delta.reasoning)
        self._order += filter(is_order, delta.native_blocks)
        self._own += [part for part in delta.native_blocks if part.kind == "anthropic"]
        if said:
            self._text.append(said)
        if delta.annotations or delta.images:
            self.beside.append(Delta(annotations=delta.annotations, images=delta.images))

    def blocks(self, *, thoughts: int, own: int, text: str) -> list[Held]:
        """What is left to be told, in its order. The arguments say what was told already: how many blocks, and which text."""
        told: list[Any] = [None]
        held_text = "".join(self._text)
        kept: list[Thought] = [*self._thoughts]
        if not kept and self._thought:
            kept = [ThinkingPart(thinking="".join(self._thought))]  # reasoning that nobody signs
        blocks: list[Any] = in_order(
            self._order,
            thoughts=[*told * thoughts, *kept],
            own=[*told * own, *self._own],
            said=[held_text] if held_text else [],
            calls=self._calls.calls(),
            cut=lambda lengths: _left(text, held_text, lengths),
        )
        return [block for block in blocks if block is not None]


def _left(told: str, held: str, lengths: list[int]) -> list[list[str]] | None:
    """Of each stretch of the text what was not told yet."""
    stretches = stretches_of(told + held, lengths)
    if stretches is None:
        return None
    left, start = [], 0
    for stretch in stretches:
        rest = stretch[max(len(told) - start, 0) :]
        left.append([rest] if rest else [])
        start += len(stretch)
    return left
