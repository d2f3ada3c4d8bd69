"""What is repeated, and what is not."""

import time

import pytest

from routing.client import with_retries
from routing.errors import ProviderError
from tests.routing.times import soon

LIMITED = ProviderError("limit", status=429, retryable=True)
UNREACHABLE = ProviderError("not there", retryable=True, sent=False)


class Attempts:
    """Fails with these errors in turn, then succeeds."""

    def __init__(self, *errors: ProviderError):
        self.errors = list(errors)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch) -> list[float]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("routing.client.retries.asyncio.sleep", sleep)
    return waits


async def run(attempts: Attempts, deadline: float | None = None) -> str:
    return await with_retries(attempts, attempts=3, max_wait_ms=2_000, deadline=deadline or soon())


async def test_the_first_answer_is_taken():
    attempts = Attempts()
    assert await run(attempts) == "answer"
    assert attempts.made == 1


@pytest.mark.parametrize(
    "error",
    [
        LIMITED,
        ProviderError("busy", status=503, retryable=True),
        ProviderError("busy", status=529, retryable=True),
        UNREACHABLE,
    ],
)
async def test_what_surely_ran_nothing_is_repeated(error):
    attempts = Attempts(error, error)
    assert await run(attempts) == "answer"
    assert attempts.made == 3


@pytest.mark.parametrize(
    "error",
    [
        ProviderError("cut off", retryable=True),
        ProviderError("failed", status=500, retryable=True),
        ProviderError("too slow", status=504, code="provider_timeout", retryable=True),
        ProviderError("invalid", status=400),
        ProviderError("no money", status=429, credential_refused=True),
    ],
)
async def test_what_may_have_run_is_not(error):
    attempts = Attempts(error)
    with pytest.raises(ProviderError):
        await run(attempts)
    assert attempts.made == 1


async def test_the_last_error_is_raised():
    attempts = Attempts(LIMITED, LIMITED, UNREACHABLE)
    with pytest.raises(ProviderError, match="not there"):
        await run(attempts)


async def test_retry_after_is_obeyed(no_waiting):
    attempts = Attempts(ProviderError("limit", status=429, retryable=True, retry_after_ms=1_500))
    await run(attempts)
    assert 1.5 <= no_waiting[0] <= 1.7


async def test_a_longer_wait_than_allowed_is_not_begun(no_waiting):
    attempts = Attempts(ProviderError("limit", status=429, retryable=True, retry_after_ms=30_000))
    with pytest.raises(ProviderError):
        await run(attempts)
    assert no_waiting == []


async def test_a_wait_beyond_the_deadline_is_not_begun(no_waiting):
    attempts = Attempts(ProviderError("limit", status=429, retryable=True, retry_after_ms=1_000))
    with pytest.raises(ProviderError):
        await run(attempts, deadline=time.monotonic() + 0.5)
    assert no_waiting == []
