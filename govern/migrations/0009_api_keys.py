"""API keys are issued through Govern, and revoked for good. Keys that were issued before are stamped once."""

from typing import Any

from django.db import migrations, models

from govern.identity.key_stamps import key_stamp

GUARD = """
-- Runs with the caller's rights, so that it knows the owner.
CREATE FUNCTION govern_guard_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    revoked CONSTANT text[] := ARRAY['revoked_at', 'revoked_by_id', 'revoked_reason'];
BEGIN
    IF public.govern_acts_as_owner() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM public.govern_consume_proof('key.issued', ARRAY[NEW.id::text, NEW.application_id::text, NEW.name, NEW.digest, NEW.stamp,
            NEW.prefix, NEW.last_four, NEW.created_by_id::text, public.govern_instant(NEW.expires_at)],
            'An API key is issued through Govern and in no other way.');
        IF NEW.revoked_at IS NOT NULL THEN
            RAISE EXCEPTION 'An API key is issued unrevoked.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.created_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
       OR to_jsonb(NEW) - revoked <> to_jsonb(OLD) - revoked THEN
        RAISE EXCEPTION 'An API key can be revoked, once and for good, and nothing else of it can be changed.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.revoked_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER guard_key BEFORE INSERT OR UPDATE OR DELETE ON govern_apikey FOR EACH ROW EXECUTE FUNCTION govern_guard_key();
"""


def stamp_keys(apps: Any, schema_editor: Any) -> None:
    """Keys from before stamps were issued by Govern as well: nothing else is known of them."""
    keys = apps.get_model("govern", "ApiKey").objects
    for key in keys.filter(stamp="").iterator():
        stamp = key_stamp(str(key.pk), str(key.application_id), key.name, key.digest, key.expires_at)
        keys.filter(pk=key.pk).update(stamp=stamp)


class Migration(migrations.Migration):
    dependencies = [("govern", "0008_single_use_proofs")]

    operations = [
        migrations.AddField("apikey", "stamp", models.CharField(default="", editable=False, max_length=64)),
        migrations.RunPython(stamp_keys, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, "DROP FUNCTION govern_guard_key() CASCADE"),
    ]
