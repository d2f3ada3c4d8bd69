"""A whole answer told again as a stream of it."""

from routing.calls.answers import Choice, Chunk, Completion, Delta, ToolCallDelta

_SHARED = (
    "content",
    "refusal",
    "reasoning",
    "thinking_blocks",
    "images",
    "audio",
    "annotations",
    "native_blocks",
    "extra",
)


def as_chunks(completion: Completion) -> list[Chunk]:
    """Two chunks a choice: what was said, and how it ended."""
    said = [
        Chunk(deltas=[_delta(choice)], model=completion.model, extra=completion.extra) for choice in completion.choices
    ]
    ended = [
        Chunk(
            deltas=[Delta(index=choice.index, finish_reason=choice.finish_reason, stop_detail=choice.stop_detail)],
            model=completion.model,
            extra=completion.extra,
        )
        for choice in completion.choices
    ]
    return said + ended


def _delta(choice: Choice) -> Delta:
    message = choice.message
    delta = Delta(index=choice.index, role="assistant", logprobs=choice.logprobs)
    for field in _SHARED:
        setattr(delta, field, getattr(message, field))
    for index, call in enumerate(message.tool_calls):
        arguments = call.function.arguments if call.function else call.custom.input if call.custom else ""
        delta.tool_calls = [
            *delta.tool_calls,
            ToolCallDelta(
                index=index,
                id=call.id,
                type=call.type,
                name=call.name,
                arguments=arguments,
                extra_content=call.extra_content,
            ),
        ]
    return delta
