"""Ten thousand calls with their texts are replayed in under a minute on two cores."""

import os
import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.payloads.content import StoredText
from audit.payloads.storing import ANSWER, PROMPT
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.guards.topics import Topics
from tests.cast import person
from tests.factories.calls import record_call
from tests.factories.installation import install_sample
from tests.govern.changes.changing import submitted
from tests.govern.changes.replaying import keep, simulated

pytestmark = [pytest.mark.django_db, pytest.mark.long]

CALLS = 10_000
SECONDS = 60
PHRASES = (
    "the customer asked about the invoice of last month",
    "please summarise the quarterly report on revenue and margin",
    "our team needs a short answer before friday",
    "note that every risk has to be explained in plain words",
    "the shipping date moved because the harbour was closed",
    "compare both offers and say which of them costs less",
)


def text(chance: random.Random, characters: int) -> str:
    """Sentences that nobody has written before, so that nothing is known of them already."""
    said = ""
    while len(said) < characters:
        said += f"{chance.choice(PHRASES)} {chance.choice(PHRASES)}, number {chance.randrange(10**6)}. "
    return said


def record(chance: random.Random, number: int) -> None:
    """One call with some 2,200 characters of prompt and 900 of answer."""
    application = chance.choice(("risk-engine", "helpdesk", "filings-reader", "intern-bot"))
    call_id = record_call(
        application=application, at=timezone.now() - timedelta(seconds=30 * (number + 1)), task="general"
    )
    prompt = [
        StoredText("system", "messages[0].content", "You answer briefly and never name a customer."),
        StoredText("user", "messages[1].content", text(chance, 1_200)),
        StoredText("assistant", "messages[2].content", text(chance, 600)),
        StoredText("user", "messages[3].content", text(chance, 400)),
    ]
    keep(call_id, PROMPT, application, "full", *prompt)
    answer = StoredText("assistant", "choices[0].message.content", text(chance, 900))
    keep(call_id, ANSWER, application, "full", answer)


def processor_seconds() -> float:
    """What this process and those that it waited for have computed."""
    return sum(os.times()[:4])


def test_ten_thousand_calls_take_less_than_a_minute() -> None:
    install_sample()
    for name in ("amy", "ben", "cara"):
        person(name)
    chance = random.Random(11)
    for number in range(CALLS):
        record(chance, number)
    guards = (PromptInjection(block_at=0.8), Pii(), Secrets(), Topics(terms=("front running",)))
    change = submitted("guard_policy", "baseline", guards=guards)
    started, computed = time.monotonic(), processor_seconds()
    report = simulated(change)
    taken_s, computed_s = time.monotonic() - started, processor_seconds() - computed
    print(f"{report.sampled} calls: {taken_s:.1f} s on {os.cpu_count()} cores, {computed_s:.1f} s of computing")
    assert (report.sampled, report.coverage.whole) == (CALLS, CALLS)
    # What was computed does not depend on what else the machine does; the time on the clock does.
    assert min(taken_s, computed_s) < SECONDS
