"""The calls of a session are found without reading those of everybody else. Calls whose client names none are not in it.

Made month by month while others write: a partitioned table as a whole can only be indexed with its writers locked out.
"""

from django.db import migrations

COLUMNS = "((body->'client'->>'session'), at, seq)"
WHERE = """WHERE type = 'call.outcome' AND position('"client":' in body::text) > 0"""
MONTHS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"


def index_sessions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS audit_event_session ON ONLY audit_event {COLUMNS} {WHERE}")
        cursor.execute(MONTHS)
        for (month,) in cursor.fetchall():
            # One that was left unfinished is no use to anybody.
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {month}_session")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {month}_session ON {month} {COLUMNS} {WHERE}")
            cursor.execute(f"ALTER INDEX audit_event_session ATTACH PARTITION {month}_session")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0012_violations_queue")]

    operations = [migrations.RunPython(index_sessions, migrations.RunPython.noop)]
