"""A doubtful text is asked about off the event loop, the record says which tier decided, and the metrics say how often that is."""

import re
import threading
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from govern.enforcement.guards import prompt_injection
from govern.enforcement.injection.detector import InjectionResult
from govern.gateway.process.runtime import Gateway
from tests.enforcement.second_tier.conftest import FIRST_TIER, Said, tier
from tests.govern.gateway.installation import HELPDESK, trail

AUTH = {"authorization": f"Bearer {HELPDESK}"}
WORDS = {"doubtful": 0.4, "hostile": 0.95}
ASKING = {
    "guard_policies": [{"name": "baseline", "guards": [{"guard": "prompt_injection", "second_tier": {"ask": "grey"}}]}]
}


class Watched(Said):
    """Says a logit of each text and notes by which thread it was asked."""

    def __init__(self) -> None:
        super().__init__(4.0)
        self.threads: list[str] = []

    def encode(self, text: str, evidence: Any, *, deadline_s: float | None) -> Any:
        self.threads.append(threading.current_thread().name)
        return super().encode(text, evidence, deadline_s=deadline_s)


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A first tier that goes by one word, and a second that is sure."""

    def inspect(text: str, **_: Any) -> InjectionResult:
        score = next((score for word, score in WORDS.items() if word in text), 0.01)
        return InjectionResult(score, (), None, FIRST_TIER, score)

    watched = Watched()
    second = tier(watched)
    monkeypatch.setattr(prompt_injection, "injection_detector", lambda: SimpleNamespace(inspect=inspect))
    monkeypatch.setattr(prompt_injection, "second_tier", lambda: second)
    monkeypatch.setattr("govern.changes.kinds.guard_policy.unavailable", lambda: "")
    return watched


async def asked(client: httpx.AsyncClient, text: str) -> tuple[int, dict[str, Any]]:
    body = {"model": "echo", "messages": [{"role": "user", "content": text}], "max_tokens": 20}
    answer = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    return answer.status_code, (await trail())[-1]["body"]["input_verdict"]


@pytest.mark.parametrize("installed", [ASKING], indirect=True)
async def test_it_decides_off_the_event_loop_and_the_record_says_so(
    client: httpx.AsyncClient, gateway: Gateway, encoder: Watched
) -> None:
    status, verdict = await asked(client, "something doubtful")
    assert (status, verdict["action"], verdict["rule"]) == (403, "block", "second_tier")
    assert (verdict["runs"][0]["asked"], verdict["runs"][0]["version"]) == (1, f"{FIRST_TIER} second-of-the-tests")
    assert set(encoder.threads) == {"second-tier"}
    for text in ("Good morning.", "something hostile"):
        await asked(client, text)
    assert len(encoder.asked) == 1
    metrics = gateway.metrics.expose().decode()
    assert re.search(r'govern_second_tier_calls_total\{asked="yes"\} 1', metrics), metrics
    assert re.search(r'govern_second_tier_calls_total\{asked="no"\} 2', metrics), metrics


@pytest.mark.parametrize("installed", [ASKING], indirect=True)
async def test_one_that_fails_is_told_and_refuses(
    client: httpx.AsyncClient, gateway: Gateway, encoder: Watched
) -> None:
    encoder.logit = float("nan")
    status, verdict = await asked(client, "something doubtful")
    assert (status, verdict["runs"][0]["result"]) == (403, "error")
    assert "no number" in verdict["runs"][0]["unscanned_reason"]
    assert re.search(r'govern_second_tier_calls_total\{asked="failed"\} 1', gateway.metrics.expose().decode())


async def test_without_it_nothing_is_asked_or_counted(
    client: httpx.AsyncClient, gateway: Gateway, encoder: Watched
) -> None:
    status, verdict = await asked(client, "something doubtful")
    assert (status, encoder.asked) == (200, [])
    assert "govern_second_tier_calls_total{" not in gateway.metrics.expose().decode()
    assert verdict is None or all(not run["asked"] for run in verdict["runs"])
