"""Every balance says how often it was written, so that who knows it can write over it, and a proof of it is good for once."""

from hmac import compare_digest
from typing import Any

from django.db import migrations, models

from govern.budgets.accounts import account_stamp
from govern.guarantees.installing import InstallGuarantees
from govern.identity.keyring import keyring


def stamp_versions(apps: Any, schema_editor: Any) -> None:
    """What Govern had stamped is stamped anew. Any other balance keeps the stamp that it has, and so is still found."""
    accounts = apps.get_model("govern", "BudgetAccount").objects
    for account in accounts.iterator():
        amounts = (account.settled_nano_usd, account.reserved_nano_usd)
        text = "\n".join(map(str, ("govern/account", account.budget_id, account.period_start, *amounts)))
        if compare_digest(account.stamp, keyring().stamp(text)):
            stamp = account_stamp(account.budget_id, account.period_start, account.version, *amounts)
            accounts.filter(budget_id=account.budget_id, period_start=account.period_start).update(stamp=stamp)


class Migration(migrations.Migration):
    dependencies = [("govern", "0025_end_user_accounts")]

    operations = [
        migrations.AddField("budgetaccount", "version", models.BigIntegerField(db_default=0, editable=False)),
        migrations.RunPython(stamp_versions, migrations.RunPython.noop),
        InstallGuarantees("11845afe1464a5b6e0cb1522db841cd5f743a34a9b80b9cea8b1e439f6c2bdf3"),
    ]
