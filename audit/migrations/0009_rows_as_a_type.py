"""The type of the rows that a gateway hands over: what it fills in of an event. A later column gets a type of its own beside this one, so
that gateways of two versions can write at once."""

from django.db import migrations

ROW_TYPE = """
CREATE TYPE audit_event_row AS (
    id uuid, at timestamptz, type text, call_id uuid, application text, team text, key text, actor text, model text,
    status smallint, code text, verdict text, cost_nano_usd bigint, revision integer, body json, instance bigint
)
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_unknown_keys")]

    operations = [migrations.RunSQL(ROW_TYPE, "DROP TYPE audit_event_row")]
