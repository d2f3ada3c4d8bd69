"""What is settled in the accounts of budgets, of which the calls of the replayed days are a part."""

from govern.changes.simulation.calls import person_key
from govern.changes.simulation.money import Place
from govern.models import Budget, BudgetAccount, EndUserAccount


def settled_accounts() -> dict[Place, int]:
    """What is settled in each account of a budget. An account whose end user is not known yet is left out."""
    names = dict(Budget.objects.values_list("pk", "name"))
    users = EndUserAccount.objects.filter(budget_id__in=names)
    whose = {
        account: (budget, person_key(by, issuer, who))
        for account, budget, by, issuer, who in users.values_list("account_id", "budget_id", "by", "issuer", "who")
    }
    found: dict[Place, int] = {}
    accounts = BudgetAccount.objects.values_list("budget_id", "period_start", "settled_nano_usd")
    for account, start, settled in accounts.iterator():
        budget, person = whose.get(account, (account, ""))
        if budget in names:
            found[names[budget], start, person] = settled
    return found
