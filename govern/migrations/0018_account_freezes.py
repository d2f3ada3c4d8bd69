"""An application whose provider reported more than its bound is frozen on that budget until a person lifts it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

LOCK = """
DROP FUNCTION govern_lock_accounts(uuid[], date[], boolean);
-- The accounts, locked in one order, with who is frozen on them. Locked first: what is read of freezes is then what the last holder wrote.
CREATE FUNCTION govern_lock_accounts(p_ids uuid[], p_starts date[], p_open boolean)
RETURNS TABLE (budget_id uuid, period_start date, settled_nano_usd bigint, reserved_nano_usd bigint, transaction text, frozen text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_open THEN
        INSERT INTO public.govern_budgetaccount (budget_id, period_start, settled_nano_usd, reserved_nano_usd)
        SELECT n.id, n.start, 0, 0 FROM unnest(p_ids, p_starts) AS n (id, start) ON CONFLICT DO NOTHING;
    END IF;
    PERFORM 1 FROM public.govern_budgetaccount a
        WHERE (a.budget_id, a.period_start) IN (SELECT * FROM unnest(p_ids, p_starts))
        ORDER BY a.budget_id, a.period_start FOR UPDATE;
    RETURN QUERY
        SELECT a.budget_id, a.period_start, a.settled_nano_usd, a.reserved_nano_usd, pg_current_xact_id()::text,
               (SELECT array_agg(f.application::text) FROM public.govern_budgetfreeze f
                WHERE f.budget_id = a.budget_id AND f.lifted_at IS NULL)
        FROM public.govern_budgetaccount a
        WHERE (a.budget_id, a.period_start) IN (SELECT * FROM unnest(p_ids, p_starts));
END $$;

-- Freezing needs no proof, since it only ever refuses; lifting needs one that is bound to the freeze, the person and the reason.
CREATE FUNCTION govern_guard_freeze() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lifted CONSTANT text[] := ARRAY['lifted_at', 'lifted_by_id', 'lifted_reason'];
BEGIN
    IF public.govern_acts_as_owner() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.lifted_at IS NOT NULL THEN
            RAISE EXCEPTION 'A freeze begins unlifted.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
       OR to_jsonb(NEW) - lifted <> to_jsonb(OLD) - lifted THEN
        RAISE EXCEPTION 'A freeze can be lifted, once, and nothing else of it can be changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM public.govern_consume_proof('freeze.lifted', ARRAY[NEW.id::text, NEW.lifted_by_id::text, NEW.lifted_reason],
        'A freeze is lifted through Govern and in no other way.');
    NEW.lifted_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER guard_freeze BEFORE INSERT OR UPDATE OR DELETE ON govern_budgetfreeze
    FOR EACH ROW EXECUTE FUNCTION govern_guard_freeze();
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0017_sessions_under_digests")]

    operations = [
        migrations.CreateModel(
            name="BudgetFreeze",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("budget_id", models.UUIDField(verbose_name="budget")),
                ("budget_name", models.CharField(max_length=120, verbose_name="budget")),
                ("application", models.CharField(max_length=120, verbose_name="application")),
                ("call_id", models.UUIDField(null=True, verbose_name="call")),
                ("held_nano_usd", models.BigIntegerField(verbose_name="held")),
                ("cost_nano_usd", models.BigIntegerField(verbose_name="reported")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                ("lifted_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget freeze",
                "verbose_name_plural": "budget freezes",
                "ordering": ("-at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("lifted_at__isnull", True)),
                        fields=("budget_id", "application"),
                        name="one_standing_freeze",
                    )
                ],
            },
        ),
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
    ]
