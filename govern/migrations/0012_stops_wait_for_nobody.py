"""The kill switch takes no lock that anybody could hold; the number of the revision keeps the order of what comes into force."""

from django.db import migrations

DOOR = """
CREATE OR REPLACE FUNCTION govern_stop_traffic(p_object uuid, p_name text, p_canonical text, p_sha256 text, p_by bigint, p_revision jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who text := (SELECT username FROM govern_person WHERE id = p_by AND is_active);
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'Nobody by that number may sign in.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_activate('stop', p_object, NULL,
                            govern_add_version('stop', p_object, p_name, p_canonical, p_sha256, p_by, NULL), p_name);
    PERFORM govern_add_revision(p_revision, left('Stopped: ' || p_name, 500), who);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0011_owners")]

    operations = [migrations.RunSQL(DOOR, migrations.RunSQL.noop)]
