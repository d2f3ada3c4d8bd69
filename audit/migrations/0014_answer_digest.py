"""What an answer was: the digest of its bytes, beside the outcome, and the type of rows that have it.

Gateways of the version before go on with the type they know (see 0009).
"""

from django.db import migrations, models

COLUMN = "ALTER TABLE audit_event ADD COLUMN answer_digest bytea"

ROW_TYPE = """
CREATE TYPE audit_event_row_2 AS (
    id uuid, at timestamptz, type text, call_id uuid, application text, team text, key text, actor text, model text,
    status smallint, code text, verdict text, cost_nano_usd bigint, revision integer, body json, instance bigint, answer_digest bytea
)
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_sessions")]

    operations = [
        migrations.RunSQL(
            COLUMN,
            "ALTER TABLE audit_event DROP COLUMN answer_digest",
            state_operations=[
                migrations.AddField(
                    "auditevent",
                    "answer_digest",
                    models.BinaryField(
                        null=True, help_text="Which answer was sent: its digest, bound with a nonce that is on no record."
                    ),
                )
            ],
        ),
        migrations.RunSQL(ROW_TYPE, "DROP TYPE audit_event_row_2"),
    ]
