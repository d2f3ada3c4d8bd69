"""A deployment that fails again and again is left alone, tried with one call, and taken back."""

from routing.breakers import FAILURES_IN_A_ROW, MAX_OPEN_S, OPEN_S, PROBE_S, WINDOW, Breakers


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def opened() -> tuple[Breakers, Clock]:
    clock = Clock()
    breakers = Breakers(clock)
    for _ in range(FAILURES_IN_A_ROW):
        breakers.failed("a")
    return breakers, clock


def test_failures_in_a_row_open_it_for_that_deployment_alone() -> None:
    breakers, _ = opened()
    assert breakers.why_closed_off("a") == "it failed repeatedly and is tried again in 5 s"
    assert breakers.why_closed_off("b") is None
    assert breakers.wait_ms("a") == OPEN_S * 1_000


def test_one_failure_less_does_not() -> None:
    breakers = Breakers(Clock())
    for _ in range(3):
        for _ in range(FAILURES_IN_A_ROW - 1):
            breakers.failed("a")
        breakers.succeeded("a")
        breakers.succeeded("a")
        breakers.succeeded("a")
        breakers.succeeded("a")
        breakers.succeeded("a")
    assert breakers.why_closed_off("a") is None


def test_half_of_the_last_calls_failing_opens_it() -> None:
    breakers = Breakers(Clock())
    for _ in range(WINDOW // 2):
        breakers.failed("a")
        breakers.succeeded("a")
    assert breakers.why_closed_off("a") is None
    breakers.failed("a")
    assert breakers.why_closed_off("a") is not None


def test_after_its_time_one_call_tries_it_and_a_good_answer_closes_it() -> None:
    breakers, clock = opened()
    clock.now_s += OPEN_S
    assert breakers.why_closed_off("a") is None
    breakers.began("a")
    assert breakers.why_closed_off("a") == "it failed repeatedly and is being tried"
    breakers.succeeded("a")
    assert breakers.why_closed_off("a") is None
    breakers.failed("a")
    assert breakers.why_closed_off("a") is None


def test_a_probe_that_fails_opens_it_for_twice_as_long_up_to_a_bound() -> None:
    breakers, clock = opened()
    waits = []
    for _ in range(6):
        clock.now_s += breakers.wait_ms("a") / 1_000
        breakers.began("a")
        breakers.failed("a")
        waits.append(breakers.wait_ms("a") / 1_000)
    assert waits == [10.0, 20.0, 40.0, MAX_OPEN_S, MAX_OPEN_S, MAX_OPEN_S]


def test_failures_of_calls_that_were_sent_before_it_opened_do_not_prolong_it() -> None:
    breakers, clock = opened()
    clock.now_s += 1
    breakers.failed("a")
    assert breakers.wait_ms("a") == (OPEN_S - 1) * 1_000


def test_a_probe_whose_caller_leaves_gives_way_to_the_next() -> None:
    breakers, clock = opened()
    clock.now_s += OPEN_S
    breakers.began("a")
    breakers.told_nothing("a")
    assert breakers.why_closed_off("a") is None
    breakers.began("a")
    clock.now_s += PROBE_S
    assert breakers.why_closed_off("a") is None


def test_what_another_process_opened_is_open_here_for_a_bounded_time() -> None:
    clock = Clock()
    told: list[str] = []
    breakers = Breakers(clock, lambda name, _seconds: told.append(name))
    breakers.open_elsewhere("a", 7.0)
    breakers.open_elsewhere("b", MAX_OPEN_S * 100)
    assert (breakers.wait_ms("a"), breakers.wait_ms("b")) == (7_000, 0)
    assert told == []  # what was heard is not told on, or two processes would tell each other forever
