"""The calls of an end user are found without reading those of everybody else. Calls of which nobody says whose they are cost nothing more."""

from django.db import migrations

INDEX = """
CREATE INDEX audit_event_end_user ON audit_event ((body->'end_user'->>'id'), at, seq)
    WHERE type = 'call.outcome' AND position('"end_user":' in body::text) > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_nobody_holds_up_a_writer")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX audit_event_end_user")]
