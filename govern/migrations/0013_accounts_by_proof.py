"""Budget accounts move by Govern's word alone: the application's role reads them and calls two functions.

Locking needs no proof. Writing needs one that is bound to the very transaction and to every new balance (`govern.budgets.accounts`), so
that neither a database shell nor a proof that was seen can set a balance.
"""

from django.db import migrations

FUNCTIONS = """
-- The accounts, locked in one order, and the transaction's number, which the proof of what is written back must name.
CREATE FUNCTION govern_lock_accounts(p_ids uuid[], p_starts date[], p_open boolean)
RETURNS TABLE (budget_id uuid, period_start date, settled_nano_usd bigint, reserved_nano_usd bigint, transaction text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_open THEN
        INSERT INTO public.govern_budgetaccount (budget_id, period_start, settled_nano_usd, reserved_nano_usd)
        SELECT n.id, n.start, 0, 0 FROM unnest(p_ids, p_starts) AS n (id, start) ON CONFLICT DO NOTHING;
    END IF;
    RETURN QUERY
        SELECT a.budget_id, a.period_start, a.settled_nano_usd, a.reserved_nano_usd, pg_current_xact_id()::text
        FROM public.govern_budgetaccount a
        WHERE (a.budget_id, a.period_start) IN (SELECT * FROM unnest(p_ids, p_starts))
        ORDER BY a.budget_id, a.period_start FOR UPDATE;
END $$;

CREATE FUNCTION govern_write_accounts(p_ids uuid[], p_starts date[], p_settled bigint[], p_reserved bigint[], p_ceilings bigint[],
                                      p_proof text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO' AS $$
BEGIN
    IF NOT public.govern_is_proven(concat_ws(E'\\n', 'govern/accounts', pg_current_xact_id()::text, p_ids::text, p_starts::text,
                                             p_settled::text, p_reserved::text, p_ceilings::text), p_proof) THEN
        RAISE EXCEPTION 'Budget accounts are moved by Govern and in no other way.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.govern_budgetaccount AS a
    SET settled_nano_usd = n.settled, reserved_nano_usd = n.reserved,
        ceiling_nano_usd = CASE WHEN n.ceiling IS NULL AND n.settled + n.reserved > a.ceiling_nano_usd
                                THEN n.settled + n.reserved ELSE coalesce(n.ceiling, a.ceiling_nano_usd) END
    FROM unnest(p_ids, p_starts, p_settled, p_reserved, p_ceilings) AS n (id, start, settled, reserved, ceiling)
    WHERE a.budget_id = n.id AND a.period_start = n.start;
END $$;

-- What was spent stays spent, also for the owner, unless they say so by disabling this.
CREATE FUNCTION govern_refuse_unspending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was settled in a period only grows.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_unspending BEFORE UPDATE ON govern_budgetaccount FOR EACH ROW
    WHEN (NEW.settled_nano_usd < OLD.settled_nano_usd OR NEW.budget_id <> OLD.budget_id OR NEW.period_start <> OLD.period_start)
    EXECUTE FUNCTION govern_refuse_unspending();
"""
UNDO = """
DROP FUNCTION govern_refuse_unspending() CASCADE;
DROP FUNCTION govern_write_accounts(uuid[], date[], bigint[], bigint[], bigint[], text);
DROP FUNCTION govern_lock_accounts(uuid[], date[], boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0012_stops_wait_for_nobody")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
