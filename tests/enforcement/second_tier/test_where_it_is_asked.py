"""Policy says where the second tier is asked, and the finding says which tier decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from govern.enforcement import Enforcement, Surface
from govern.enforcement.clock import MustWait
from govern.enforcement.second_tier.opinion import SecondTier
from tests.enforcement.conftest import Build

from .conftest import FIRST_TIER, Said, tier

SetUp = Callable[[float, SecondTier], None]
SURE = 4.0
"""The logit of a score of 0.98."""


def asking(build: Build, ask: str = "grey", **fields: Any) -> Enforcement:
    return build({"guard": "prompt_injection", "second_tier": {"ask": ask}}, **fields)


@pytest.mark.parametrize(
    ("ask", "first", "asked"),
    [
        ("never", 0.5, 0),
        ("grey", 0.1, 0),
        ("grey", 0.3, 1),
        ("grey", 0.89, 1),
        ("grey", 0.9, 0),
        ("always", 0.01, 1),
        ("always", 0.95, 0),
    ],
)
def test_where_policy_wants_it(two_tiers: SetUp, enforcement: Build, ask: str, first: float, asked: int) -> None:
    encoder = Said(SURE)
    two_tiers(first, tier(encoder))
    verdict = asking(enforcement, ask).inspect_input([Surface("user", "m", "some text")], {})
    assert (len(encoder.asked), verdict.runs[0].asked) == (asked, asked)
    assert verdict.action == ("block" if asked or first >= 0.9 else "flag" if first >= 0.5 else "allow")


def test_it_decides_and_the_finding_says_so(two_tiers: SetUp, enforcement: Build) -> None:
    two_tiers(0.3, tier(Said(SURE)))
    verdict = asking(enforcement).inspect_input([Surface("user", "m", "some text")], {})
    assert (verdict.action, verdict.rule, verdict.findings[0].type) == ("block", "second_tier", "second_tier")
    assert (verdict.findings[0].start, verdict.findings[0].end) == (0, 4)
    assert verdict.findings[0].score == verdict.injection_score == pytest.approx(0.982, abs=1e-3)
    assert verdict.runs[0].version == f"{FIRST_TIER} second-of-the-tests"


def test_it_may_take_a_flag_back_but_never_a_block(two_tiers: SetUp, enforcement: Build) -> None:
    two_tiers(0.6, tier(Said(-SURE)))
    verdict = asking(enforcement).inspect_input([Surface("user", "m", "some text")], {})
    assert (verdict.action, verdict.runs[0].asked) == ("allow", 1)
    two_tiers(0.95, tier(Said(-SURE)))
    verdict = asking(enforcement, "always").inspect_input([Surface("user", "m", "some text")], {})
    assert (verdict.action, verdict.rule) == ("block", "override.of_the_tests")


@pytest.mark.parametrize("role", ["assistant", "tool_definition", "parameter", "system", "tool_arguments"])
def test_it_is_not_asked_about_what_an_application_sends_along(two_tiers: SetUp, enforcement: Build, role: str) -> None:
    encoder = Said(SURE)
    two_tiers(0.4, tier(encoder))
    asking(enforcement, "always").inspect_input([Surface(role, "m", "a text of some length")], {})
    assert encoder.asked == []


def test_a_tool_result_is_replaced_by_its_word(two_tiers: SetUp, enforcement: Build) -> None:
    two_tiers(0.3, tier(Said(SURE)))
    built = asking(enforcement, tool_results="replace")
    verdict = built.inspect_input([Surface("tool", "messages[1].content", "some text")], {})
    assert (verdict.action, list(verdict.replacements)) == ("redact", ["messages[1].content"])


def test_it_is_asked_once_for_one_text(two_tiers: SetUp, enforcement: Build) -> None:
    encoder = Said(0.5)
    two_tiers(0.3, tier(encoder))
    built = asking(enforcement)
    runs = [built.inspect_input([Surface("user", "m", "the same text")], {}).runs[0] for _ in range(3)]
    assert len(encoder.asked) == 1
    assert [run.asked for run in runs] == [1, 0, 0]


def test_the_event_loop_does_not_wait_for_it(two_tiers: SetUp, enforcement: Build) -> None:
    encoder = Said(SURE)
    two_tiers(0.3, tier(encoder))
    built = asking(enforcement)
    with pytest.raises(MustWait):
        built.inspect_input([Surface("user", "m", "some text")], {}, may_wait=False)
    assert encoder.asked == []
    assert built.inspect_input([Surface("user", "m", "some text")], {}).action == "block"
    assert built.inspect_input([Surface("user", "m", "some text")], {}, may_wait=False).action == "block"


def test_where_it_is_not_asked_nothing_of_a_record_changes(two_tiers: SetUp, enforcement: Build) -> None:
    two_tiers(0.6, tier(Said(SURE)))
    plain = enforcement({"guard": "prompt_injection"}).inspect_input([Surface("user", "m", "some text")], {})
    assert (plain.rule, plain.runs[0].version, plain.runs[0].asked) == ("override.of_the_tests", FIRST_TIER, 0)
