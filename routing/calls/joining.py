"""Pieces of text that arrived together, as one: they are inspected, written and sent once."""

from collections.abc import Iterable

from routing.calls.answers import Chunk, Delta


def joined(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The chunks in their order, neighbours that add nothing but text to the same choice being one. `raw` is left out of those."""
    told: list[Chunk] = []
    texts: list[str] = []
    for chunk in chunks:
        last = told[-1] if told else None
        if last is not None and _goes_on(last, chunk):
            if not texts:
                texts.append(last.deltas[0].content or "")
            texts.append(chunk.deltas[0].content or "")
            continue
        _close(told, texts)
        told.append(chunk)
    _close(told, texts)
    return told


def _goes_on(last: Chunk, chunk: Chunk) -> bool:
    return (
        _is_text(last)
        and _is_text(chunk)
        and last.deltas[0].index == chunk.deltas[0].index
        and last.extra == chunk.extra
        and last.model == chunk.model
    )


def _is_text(chunk: Chunk) -> bool:
    if len(chunk.deltas) != 1 or chunk.usage is not None:
        return False
    delta = chunk.deltas[0]
    return bool(delta.content) and delta == Delta(index=delta.index, content=delta.content)


def _close(told: list[Chunk], texts: list[str]) -> None:
    """The last chunk says all of the texts."""
    if texts:
        last = told[-1]
        delta = Delta(index=last.deltas[0].index, content="".join(texts))
        told[-1] = Chunk(deltas=[delta], model=last.model, provider_id=last.provider_id, extra=last.extra)
        texts.clear()
