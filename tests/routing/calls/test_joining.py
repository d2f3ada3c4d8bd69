"""Texts that arrived together are told as one; nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from routing.calls import Chunk, Delta, ToolCallDelta, Usage
from routing.calls.joining import joined


def text(content: str, index: int = 0, **more: object) -> Chunk:
    return Chunk(deltas=[Delta(index=index, content=content)], model="m", raw=b"{}", raw_kind="openai", **more)  # type: ignore[arg-type]


def test_texts_of_one_choice_are_one() -> None:
    (chunk,) = joined([text("Good"), text(" mor"), text("ning")])
    parts = [text("Good"), text(" mor"), text("ning")]
    assert chunk == Chunk(deltas=[Delta(content="Good morning")], model="m", parts=parts)


def test_of_usage_the_last_counts() -> None:
    (chunk,) = joined([text("a", usage=Usage(input_tokens=1)), text("b", usage=Usage(input_tokens=2)), text("c")])
    assert chunk.usage == Usage(input_tokens=2)


def test_one_alone_is_left_as_it_came() -> None:
    alone = text("Good")
    assert joined([alone])[0] is alone


def test_whatever_says_more_stays_apart_and_in_its_place() -> None:
    role = Chunk(deltas=[Delta(role="assistant", content="")], model="m")
    call = Chunk(deltas=[Delta(tool_calls=[ToolCallDelta(index=0, name="look_up")])], model="m")
    spelt = Chunk(deltas=[Delta(content="x", logprobs={"content": []})], model="m")
    end = Chunk(deltas=[Delta(finish_reason="stop")], model="m")
    other = text("x", 1)
    extra = text("x", extra={"service_tier": "flex"})
    chunks = [role, text("a"), call, text("b"), spelt, text("d"), other, text("e"), extra, end]
    assert joined(chunks) == chunks


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.text(max_size=3)), max_size=12))
def test_what_each_choice_says_is_the_same(pieces: list[tuple[int, str]]) -> None:
    chunks = [text(content, index) for index, content in pieces]

    def said(told: list[Chunk]) -> dict[int, str]:
        found: dict[int, str] = {}
        for chunk in told:
            for delta in chunk.deltas:
                found[delta.index] = found.get(delta.index, "") + (delta.content or "")
        return found

    assert said(joined(chunks)) == said(chunks)
