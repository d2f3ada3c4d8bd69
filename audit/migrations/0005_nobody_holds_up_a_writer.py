"""Making a partition waits for nobody: who finds another at it, or a lock held from a database shell, goes on without."""

from django.db import migrations

ENSURE_PARTITIONS = """
CREATE OR REPLACE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    this_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    partition text;
    made integer := 0;
BEGIN
    IF months_ahead NOT BETWEEN 0 AND 24 THEN
        RAISE EXCEPTION 'months_ahead must be from 0 to 24' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR ahead IN -1 .. months_ahead LOOP  -- the last month too: clocks differ, and calls begin before they are written
        month := this_month + make_interval(months => ahead);
        partition := 'audit_event_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        -- Partitions are made a month ahead, and every minute somebody looks again.
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtext('audit_ensure_partitions'));
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION)',
            partition);
        EXECUTE format('CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change()', partition);
        EXECUTE format('ALTER TABLE public.audit_event ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            partition, month::text || '+00', (month + interval '1 month')::text || '+00');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_readable_bodies")]

    operations = [migrations.RunSQL(ENSURE_PARTITIONS, migrations.RunSQL.noop)]
