"""Every balance carries Govern's stamp, so that one that anybody else wrote, the owner of the database included, is found."""

from typing import Any

from django.db import migrations, models

from govern.budgets.accounts import account_stamp

WRITE = """
DROP FUNCTION govern_write_accounts(uuid[], date[], bigint[], bigint[], bigint[], text);
CREATE FUNCTION govern_write_accounts(p_ids uuid[], p_starts date[], p_settled bigint[], p_reserved bigint[], p_ceilings bigint[],
                                      p_stamps text[], p_proof text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO' AS $$
BEGIN
    IF NOT public.govern_is_proven(concat_ws(E'\\n', 'govern/accounts', pg_current_xact_id()::text, p_ids::text, p_starts::text,
                                             p_settled::text, p_reserved::text, p_ceilings::text), p_proof) THEN
        RAISE EXCEPTION 'Budget accounts are moved by Govern and in no other way.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.govern_budgetaccount AS a
    SET settled_nano_usd = n.settled, reserved_nano_usd = n.reserved, stamp = n.stamp,
        ceiling_nano_usd = CASE WHEN n.ceiling IS NULL AND n.settled + n.reserved > a.ceiling_nano_usd
                                THEN n.settled + n.reserved ELSE coalesce(n.ceiling, a.ceiling_nano_usd) END
    FROM unnest(p_ids, p_starts, p_settled, p_reserved, p_ceilings, p_stamps) AS n (id, start, settled, reserved, ceiling, stamp)
    WHERE a.budget_id = n.id AND a.period_start = n.start;
END $$;
ALTER TABLE govern_budgetaccount ALTER COLUMN stamp SET DEFAULT '';
"""


def stamp_accounts(apps: Any, schema_editor: Any) -> None:
    """Balances from before are taken as they are: nothing else is known of them."""
    accounts = apps.get_model("govern", "BudgetAccount").objects
    for account in accounts.iterator():
        stamp = account_stamp(
            account.budget_id, account.period_start, account.settled_nano_usd, account.reserved_nano_usd
        )
        accounts.filter(budget_id=account.budget_id, period_start=account.period_start).update(stamp=stamp)


class Migration(migrations.Migration):
    dependencies = [("govern", "0018_account_freezes")]

    operations = [
        migrations.AddField("budgetaccount", "stamp", models.CharField(default="", editable=False, max_length=64)),
        migrations.RunPython(stamp_accounts, migrations.RunPython.noop),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop),
    ]
