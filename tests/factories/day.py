"""A working day of the sample installation: calls, cases, keys, spending and what people did."""

import random
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from audit.models import State
from audit.payloads.content import StoredText
from audit.payloads.storing import ANSWER
from audit.sampling import last_week
from audit.services.sampling import draw_week, rate_call
from audit.services.violations import assign_violation, comment_violation, transition_violation
from govern.budgets.periods import period_start
from govern.identity.api_keys import issue_key, revoke_key
from govern.models import Application, Budget, BudgetAccount, Person
from tests.cast import person
from tests.factories.calls import INJECTION, PERSONAL, SECRET, SUSPICIOUS, record_call
from tests.factories.changes import fill_changes
from tests.factories.checkpoints import seal_day
from tests.factories.installation import change, install_sample
from tests.factories.violations import open_case
from tests.govern.changes.replaying import keep

BUSY = (1, 0, 0, 1, 2, 3, 6, 12, 22, 30, 34, 31, 26, 30, 36, 33, 27, 20, 13, 9, 6, 4, 3, 2)
"""How many calls an hour of the day has, from midnight."""
SERVED = (("gpt-5.4", "openai", "coding", 6_300_000), ("claude-opus-4.6", "anthropic", "analysis", 14_800_000),
          ("gemini-3.1-pro", "google", "summarise", 2_900_000), ("smollm2", "embedded", "chat", 40_000))  # fmt: skip
APPLICATIONS = ("risk-engine", "risk-engine", "risk-engine", "helpdesk", "helpdesk", "filings-reader", "intern-bot")


def fill_day(*, calls_per_unit: float = 1.0, seed: int = 7) -> None:
    """Fills an empty database with the sample installation and the calls of a whole day, of which all are over, whatever the hour."""
    chance = random.Random(seed)
    install_sample()
    amy, olive = person("amy"), person("olive")
    for name in ("ben", "cara", "dan"):
        person(name)
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (now - midnight) / timedelta(days=1)
    for hour, busy in enumerate(BUSY):
        for _ in range(round(busy * calls_per_unit)):
            _call(chance, midnight + passed * timedelta(hours=hour, seconds=chance.uniform(0, 3_599)))
    _cases()
    _money()
    _keys(olive)
    change("guard_policy", "support-tone", by=amy, reason="Longer answers for the help desk", streaming="buffer")
    change("budget", "payments-monthly", by=amy, reason="More for the end of the quarter", limit_usd="950.00")
    fill_changes()
    week = last_week(timezone.now())
    for _ in range(2):
        record_call(application="intern-bot", at=datetime.combine(week, time(12), tzinfo=UTC))
    seal_day()
    drawn = draw_week(application="intern-bot", week=week, wanted=2, policy="baseline")
    if drawn is not None:  # not within the first minutes of a week
        rate_call(sampled=drawn.calls.get(place=2).pk, rating="right", note="", actor="olive")


def _call(chance: random.Random, at: datetime) -> None:
    model, provider, task, cost = chance.choice(SERVED)
    application = chance.choice(APPLICATIONS)
    facts = {
        "application": application, "at": at, "model": model, "provider": provider, "task": task,
        "cost_nano_usd": round(cost * chance.uniform(0.4, 2.2)), "provider_us": chance.randint(180_000, 2_400_000),
        "overhead_us": chance.randint(600, 1_900), "tokens": (chance.randint(80, 3_000), chance.randint(20, 900)),
    }  # fmt: skip
    match chance.choices(
        ("clean", "redacted", "injection", "flagged", "secret", "budget", "fallback"), (80, 7, 4, 4, 1, 1, 3)
    )[0]:
        case "redacted":
            record_call(**facts, output=PERSONAL)
        case "injection":
            record_call(
                **facts,
                input=INJECTION,
                code="prompt_injection",
                message="The call contains an instruction to the model that did not come from you.",
            )
        case "flagged":
            record_call(**facts, input=SUSPICIOUS)
        case "secret":
            record_call(
                **facts,
                input=SECRET,
                code="secret_leak",
                message="The call contains a credential. Remove it and send the call again.",
            )
        case "budget":
            record_call(
                **facts,
                code="insufficient_quota",
                message="The budget intern-bot has $0.02 left; this call could cost $0.04.",
            )
        case "fallback":
            record_call(**facts, failed=[("gpt-5.4@openai", "the provider answered 503")])
        case _:
            record_call(**facts)


def _cases() -> None:
    at = timezone.now()
    call = record_call(
        at=at - timedelta(minutes=42), input=SECRET, code="secret_leak", message="The call contains a credential."
    )
    open_case(
        guard="secrets", rule="aws_access_key", severity="critical", at=at - timedelta(minutes=42), call=call, count=3
    )
    late = record_call(
        at=at - timedelta(hours=30),
        application="helpdesk",
        input=INJECTION,
        code="prompt_injection",
        message="The call contains an instruction.",
    )
    open_case(
        application="helpdesk",
        team="support",
        severity="high",
        at=at - timedelta(hours=30),
        call=late,
        count=17,
        assignee="olive",
        state=State.INVESTIGATING,
    )
    open_case(rule="role_play", severity="medium", at=at - timedelta(hours=3), count=6)
    open_case(
        application="intern-bot",
        team="support",
        guard="topics",
        rule="market abuse",
        severity="low",
        at=at - timedelta(hours=9),
        count=2,
    )
    open_case(
        application="helpdesk",
        team="support",
        guard="pii",
        rule="iban",
        severity="high",
        at=at - timedelta(hours=2),
        count=11,
    )
    published = record_call(at=at - timedelta(days=2), application="filings-reader", output=PERSONAL)
    answer = StoredText("assistant", "choices[0].message.content", "Write to investors@example.com.")
    keep(published, ANSWER, "filings-reader", "full", answer)
    done = open_case(
        application="filings-reader",
        team="research",
        guard="pii",
        rule="email",
        severity="medium",
        at=at - timedelta(days=2),
        call=published,
        count=4,
    )
    assign_violation(violation=done.pk, assignee="olive", actor="olive")
    comment_violation(
        violation=done.pk, text="The addresses are of investor relations, printed in the report itself.", actor="olive"
    )
    transition_violation(
        violation=done.pk, to=State.FALSE_POSITIVE, actor="olive", reason="Public addresses in a published filing."
    )


def _money() -> None:
    spent = {
        "organisation": (612.48, 3.1),
        "payments-monthly": (781.2, 2.4),
        "research-weekly": (66.1, 0.0),
        "intern-bot": (4.97, 0.02),
    }
    for budget in Budget.objects.in_force():
        settled, reserved = (round(amount * 1e9) for amount in spent[budget.name])
        BudgetAccount.objects.create(
            budget_id=budget.pk,
            period_start=period_start(budget.body.period, timezone.now().timestamp()),
            settled_nano_usd=settled,
            reserved_nano_usd=reserved,
        )


def _keys(olive: Person) -> None:
    helpdesk = Application.objects.get(name="helpdesk")
    issue_key(application=helpdesk, name="mobile", by=olive, expires_at=timezone.now() + timedelta(days=6))
    old, _secret = issue_key(application=helpdesk, name="pilot", by=olive)
    revoke_key(key=old, by=olive, reason="The pilot has ended.")
