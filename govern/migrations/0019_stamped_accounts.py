"""Every balance carries Govern's stamp, so that one that anybody else wrote, the owner of the database included, is found."""

from typing import Any

from django.db import migrations, models

from govern.identity.keyring import keyring


def stamp_accounts(apps: Any, schema_editor: Any) -> None:
    """Balances from before are taken as they are: nothing else is known of them."""
    accounts = apps.get_model("govern", "BudgetAccount").objects
    for account in accounts.iterator():
        amounts = (account.settled_nano_usd, account.reserved_nano_usd)
        text = "\n".join(map(str, ("govern/account", account.budget_id, account.period_start, *amounts)))
        accounts.filter(budget_id=account.budget_id, period_start=account.period_start).update(
            stamp=keyring().stamp(text)
        )


class Migration(migrations.Migration):
    dependencies = [("govern", "0018_account_freezes")]

    operations = [
        migrations.AddField("budgetaccount", "stamp", models.CharField(default="", editable=False, max_length=64)),
        migrations.RunPython(stamp_accounts, migrations.RunPython.noop),
        migrations.RunSQL("ALTER TABLE govern_budgetaccount ALTER COLUMN stamp SET DEFAULT ''", migrations.RunSQL.noop),
    ]
