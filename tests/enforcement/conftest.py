"""Building an enforcement from guards; compiled pattern databases are kept between runs (``GOVERN_PATTERN_CACHE``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from govern.enforcement import Enforcement, GuardPolicyBody, StreamInspection, Verdict, compile_enforcement
from govern.enforcement.streaming import StreamBlocked


def fact_is_true(expression: str) -> Callable[[Mapping[str, Any]], bool]:
    """A condition language of one word: the name of a fact."""
    if not expression.isidentifier():
        raise ValueError(f"{expression!r} is not the name of a fact")
    return lambda facts: bool(facts[expression])


Build = Callable[..., Enforcement]


@pytest.fixture(scope="session")
def enforcement() -> Build:
    """Builds an enforcement from guards, or from whole policies."""

    def build(*guards: dict[str, Any], policies: list[dict[str, Any]] | None = None, **fields: Any) -> Enforcement:
        written = policies or [{"name": "baseline", "guards": list(guards), **fields}]
        bodies = [msgspec.convert(policy, GuardPolicyBody) for policy in written]
        return compile_enforcement(
            [(body.name, body) for body in bodies],
            compile_condition=fact_is_true,
            hash_key=b"key of the tests",
        )

    return build


def until_blocked(stream: StreamInspection, text: str, size: int) -> tuple[str, Verdict]:
    """What left a stream that is fed pieces of ``size`` characters, up to the block, and the verdict."""
    left = ""
    try:
        for at in range(0, len(text), size):
            left += stream.feed("c", text[at : at + size])
    except StreamBlocked as blocked:
        return left, blocked.verdict
    raise AssertionError("the stream was not blocked")
