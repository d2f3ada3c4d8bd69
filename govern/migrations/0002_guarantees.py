"""What the database itself guarantees: versions and revisions are written once, and gateways hear of every change."""

from django.db import migrations

IMMUTABLE = ("govern_version", "govern_revision", "govern_credentialsecret")
ANNOUNCED = ("govern_revision", "govern_apikey", "govern_credentialsecret")

FUNCTIONS = """
CREATE FUNCTION govern_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % is refused. Add a new version through a change request instead.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION govern_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('govern_snapshot', TG_TABLE_NAME);
    RETURN NULL;
END $$;
"""
REFUSE = """
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION govern_refuse_rewriting();
"""
ANNOUNCE = """
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION govern_announce();
"""
UNDO = """
DROP FUNCTION govern_refuse_rewriting() CASCADE;
DROP FUNCTION govern_announce() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS
            + "".join(REFUSE.format(table=table) for table in IMMUTABLE)
            + "".join(ANNOUNCE.format(table=table) for table in ANNOUNCED),
            UNDO,
        )
    ]
