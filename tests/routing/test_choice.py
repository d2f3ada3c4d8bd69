"""The order follows from the choice alone: by figures, by draws whose seed stands in it, and by what was measured."""

import random
from collections import Counter
from typing import Any

import msgspec
import pytest

from routing.choice import Candidate, Choice, Served, canary_place, order_of, propensity_of

DEAR = Candidate("dear", (Served("dear@p"),), quality=0.9, cost_nano_usd=9_000_000, latency_ms=300.0)
CHEAP = Candidate("cheap", (Served("cheap@p"),), quality=0.7, cost_nano_usd=1_000_000, latency_ms=200.0)
FAST = Candidate("fast", (Served("fast@p"),), quality=0.5, cost_nano_usd=5_000_000, latency_ms=100.0)
UNPRICED = Candidate("unpriced", (Served("unpriced@p"),), quality=0.95, latency_ms=250.0)


def first(**of: Any) -> str:
    return order_of(Choice(**of))[0].removesuffix("@p")


@pytest.mark.parametrize(
    ("objective", "taken"), [("quality", "dear"), ("cost", "cheap"), ("latency", "fast"), ("priority", "fast")]
)
def test_each_objective_looks_at_its_own_figure(objective: Any, taken: str) -> None:
    assert first(objective=objective, candidates=(FAST, DEAR, CHEAP)) == taken


@pytest.mark.parametrize(("worth_nano_usd", "taken"), [(0, "cheap"), (10_000_000, "cheap"), (100_000_000, "dear")])
def test_value_pays_for_quality_as_much_as_a_good_answer_is_worth(worth_nano_usd: int, taken: str) -> None:
    assert first(objective="value", candidates=(FAST, DEAR, CHEAP), worth_nano_usd=worth_nano_usd) == taken


def test_who_has_no_price_is_never_the_cheapest() -> None:
    for objective in ("cost", "value"):
        assert first(objective=objective, candidates=(UNPRICED, DEAR), worth_nano_usd=10**12) == "dear"


def test_small_siblings_stand_before_the_candidates() -> None:
    chosen = Choice("quality", (CHEAP, DEAR), small=(FAST,))
    assert order_of(chosen) == ["fast@p", "dear@p", "cheap@p"]
    assert (propensity_of(chosen, "fast"), propensity_of(chosen, "dear")) == (1.0, 0.0)


def test_who_is_probably_too_small_for_the_call_is_asked_last() -> None:
    doubtful = msgspec.structs.replace(DEAR, doubtful=True)
    assert order_of(Choice("quality", (doubtful, FAST), fallbacks=(CHEAP,))) == ["fast@p", "cheap@p", "dear@p"]


def test_deployments_share_by_weight_while_they_are_equally_fast() -> None:
    served = (Served("a", 9, 100.0), Served("b", 1, 95.0))
    drawn = Counter(order_of(Choice("priority", (Candidate("m", served),), seed=seed))[0] for seed in range(4_000))
    assert 0.88 < drawn["a"] / 4_000 < 0.92


def test_of_two_that_were_drawn_a_much_slower_one_is_left_alone() -> None:
    served = (Served("a", 9, 1_000.0), Served("b", 1, 95.0))
    drawn = {order_of(Choice("priority", (Candidate("m", served),), seed=seed))[0] for seed in range(500)}
    assert drawn == {"b"}


def test_two_of_many_are_compared_so_that_nobody_gets_everything() -> None:
    served = tuple(Served(f"d{at}", 1, 100.0 if at else 1.0) for at in range(5))
    drawn = Counter(order_of(Choice("priority", (Candidate("m", served),), seed=seed))[0] for seed in range(5_000))
    assert 0.37 < drawn["d0"] / 5_000 < 0.43  # 2 of 5: whenever it is one of the two
    assert min(drawn.values()) > 500


@pytest.mark.parametrize("percent", [0.0, 0.01, 5.0, 37.5, 99.99, 100.0])
def test_a_canary_gets_its_share_and_every_identity_stays(percent: float) -> None:
    number, below = 20_000, round(percent * 100)

    def in_canary(identity: str) -> bool:
        place = canary_place("rule", "fast", identity)
        chosen = Choice("priority", (DEAR,), canary=FAST, canary_place=place, canary_below=below)
        return order_of(chosen)[0] == "fast@p"

    taken = [in_canary(f"user-{at}") for at in range(number)]
    assert taken == [in_canary(f"user-{at}") for at in range(number)]
    spread = 4 * (percent / 100 * (1 - percent / 100) / number) ** 0.5
    assert abs(sum(taken) / number - percent / 100) <= spread


def test_propensities_are_the_shares_that_are_seen() -> None:
    candidates = tuple(
        msgspec.structs.replace(each, weight=weight) for each, weight in ((DEAR, 6.0), (CHEAP, 3.0), (FAST, 1.0))
    )
    seen: Counter[str] = Counter()
    for at in range(8_000):
        place = canary_place("rule", "cheap", f"request {at}")
        chosen = Choice(
            "weighted", candidates, canary=CHEAP, canary_place=place, canary_below=2_000, seed=at * 7919 + 1
        )
        seen[order_of(chosen)[0].removesuffix("@p")] += 1
    for model in ("dear", "cheap", "fast"):
        assert seen[model] / 8_000 == pytest.approx(propensity_of(chosen, model), abs=0.02)


def test_what_was_written_decides_again_without_anything_else() -> None:
    chance = random.Random(5)
    for _ in range(500):
        chosen = any_choice(chance)
        again = msgspec.json.decode(msgspec.json.encode(chosen), type=Choice)
        assert order_of(again) == order_of(chosen)


def any_choice(chance: random.Random) -> Choice:
    def candidate(name: str) -> Candidate:
        served = tuple(
            Served(f"{name}@{at}", chance.randint(1, 9), chance.choice([None, chance.uniform(1, 900)]))
            for at in range(chance.randint(1, 3))
        )
        return Candidate(
            name,
            served,
            quality=chance.random(),
            cost_nano_usd=chance.choice([None, chance.randint(1, 10**9)]),
            latency_ms=chance.uniform(10, 900),
            weight=chance.choice([0.0, 0.5, 3.0]),
            doubtful=chance.random() < 0.2,
        )

    objectives: Any = ("quality", "cost", "latency", "balanced", "priority", "weighted", "value")
    return Choice(
        chance.choice(objectives),
        tuple(candidate(name) for name in "abc"[: chance.randint(1, 3)]),
        small=chance.choice([(), (candidate("s"),)]),
        fallbacks=chance.choice([(), (candidate("f"),)]),
        canary=chance.choice([None, candidate("k")]),
        canary_place=chance.randrange(10_000),
        canary_below=chance.randrange(10_001),
        worth_nano_usd=chance.randrange(10**9),
        seed=chance.getrandbits(48),
        attempts=chance.randint(1, 4),
    )
