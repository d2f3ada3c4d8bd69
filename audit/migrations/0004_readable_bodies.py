"""A document with NUL can be stored as `json` and read by no JSON function: nobody can write one any more, from a shell neither.

Rows that are there already stay (NOT VALID): the trail is not rewritten, and pages read such rows without those functions.
"""

from django.db import migrations

NO_NUL = r"""
ALTER TABLE audit_event ADD CONSTRAINT audit_event_readable_body CHECK (position('\u0000' in body::text) = 0) NOT VALID;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_payloads_and_rejections")]

    operations = [migrations.RunSQL(NO_NUL, "ALTER TABLE audit_event DROP CONSTRAINT audit_event_readable_body")]
