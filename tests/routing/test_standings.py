"""How fast deployments answered lately: peaks at once, the rest slowly, and nothing that is long ago."""

from routing.standings import DECAY_S, FORGOTTEN_S, Standings


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_peak_counts_at_once_and_wears_off() -> None:
    clock = Clock()
    standings = Standings(clock)
    for latency_ms in (100.0, 900.0):
        standings.began("a")
        standings.ended("a", latency_ms)
    assert standings.latency_ms("a") == 900.0
    clock.now_s += DECAY_S
    standings.ended("a", 100.0)
    assert 390 < (standings.latency_ms("a") or 0) < 400


def test_calls_under_way_are_load() -> None:
    standings = Standings(Clock())
    standings.ended("a", 100.0)
    standings.began("a")
    standings.began("a")
    assert standings.load_ms("a") == 300.0
    standings.ended("a", None)
    assert standings.load_ms("a") == 200.0


def test_nothing_is_known_of_who_was_not_asked_for_a_while() -> None:
    clock = Clock()
    standings = Standings(clock)
    assert standings.load_ms("a") is None
    standings.ended("a", 100.0)
    clock.now_s += FORGOTTEN_S + 1
    assert (standings.latency_ms("a"), standings.load_ms("a")) == (None, None)
