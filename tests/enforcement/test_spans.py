"""Where a text can be cut: against the definition, tried at every place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govern.enforcement.values.spans import before_straddling

_SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@given(_SPANS, st.integers(0, 40))
def test_the_last_place_that_no_span_reaches_across(spans: list[tuple[int, int]], position: int) -> None:
    free = [at for at in range(position + 1) if not any(start < at < end for start, end in spans)]
    assert before_straddling(spans, position) == max(free)


def test_a_hundred_thousand_spans_in_a_chain_take_one_pass() -> None:
    assert before_straddling([(at, at + 2) for at in range(100_000)], 100_000) == 0
