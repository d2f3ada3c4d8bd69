"""Pieces of text that arrived together, as one: they are inspected, written and sent once."""

from collections.abc import Iterable

from routing.calls.answers import Chunk, Delta, only_text


def joined(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The chunks in their order, neighbours that add nothing but text to the same choice being one, which keeps them as its `parts`.

    Of their usage the last counts.
    """
    told: list[Chunk] = []
    run: list[Chunk] = []
    for chunk in chunks:
        if len(chunk.deltas) != 1 or only_text(chunk.deltas[0]) is None:
            _tell(run, told)
            told.append(chunk)
        elif run and _goes_on(run[-1], chunk):
            run.append(chunk)
        else:
            _tell(run, told)
            run = [chunk]
    _tell(run, told)
    return told


def _goes_on(last: Chunk, chunk: Chunk) -> bool:
    return last.deltas[0].index == chunk.deltas[0].index and last.extra == chunk.extra and last.model == chunk.model


def _tell(run: list[Chunk], told: list[Chunk]) -> None:
    """Adds what the chunks of a run say together."""
    if len(run) < 2:
        told += run
    else:
        last = run[-1]
        delta = Delta(index=last.deltas[0].index, content="".join([chunk.deltas[0].content or "" for chunk in run]))
        told.append(
            Chunk(
                deltas=[delta],
                usage=next((chunk.usage for chunk in reversed(run) if chunk.usage is not None), None),
                model=last.model,
                provider_id=last.provider_id,
                extra=last.extra,
                parts=list(run),
            )
        )
    run.clear()
