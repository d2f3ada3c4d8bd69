"""Who is told that a budget is being spent: once for each level, period and limit."""

import hashlib
from typing import cast

from govern.budgets.balances import balances
from govern.budgets.periods import period_start
from govern.changes.notifications.outbox import put
from govern.identity.groups import OFFICER, OWNER
from govern.identity.ownership import is_own, owned_by
from govern.models import Budget, Person
from govern.policy.bodies import BudgetBody
from govern.public_address import public_address


def levels_of(body: BudgetBody) -> tuple[float, ...]:
    """Shares of the limit at which people are told: those that were written down; the whole of a budget that only tells always."""
    return tuple(sorted({*body.alert_at, 1.0} if body.action == "alert" else set(body.alert_at)))


def tell_of_spending(now_s: float) -> int:
    """Puts word of the highest level that each budget has reached into the outbox. Returns of how many budgets. `now_s`: Unix time."""
    budgets = [cast(Budget, found) for found in Budget.objects.in_force()]
    found = balances(budgets)
    reached = 0
    for budget in budgets:
        used = found[budget.pk].used
        level = max((level for level in levels_of(budget.body) if used >= level), default=None)
        if level is None:
            continue
        reached += 1
        began = period_start(budget.body.period, now_s)
        limit = hashlib.blake2b(budget.body.limit_usd.encode(), digest_size=4).hexdigest()
        put(
            "budget.spent",
            f"{budget.pk.hex}/{began}/{level:g}/{limit}",
            {
                "budget": budget.name,
                "level": f"{level:.0%}",
                "used": f"{int(100 * used)} %",
                "limit_usd": budget.body.limit_usd,
                "period_start": began.isoformat(),
                "refuses": budget.body.action == "block",
                "link": f"{public_address()}/admin/govern/budget/{budget.pk}/change/",
            },
            people_of(budget.body),
        )
    return reached


def people_of(body: BudgetBody) -> list[Person]:
    """Compliance officers, and the application owners whose applications alone the budget counts."""
    people = Person.objects.filter(is_active=True, groups__name__in=(OFFICER, OWNER)).distinct()
    officers = set(Person.objects.filter(is_active=True, groups__name=OFFICER).values_list("pk", flat=True))
    return [
        person
        for person in people
        if person.pk in officers or ((owned := owned_by(person)) is not None and is_own(body.scope, owned))
    ]
