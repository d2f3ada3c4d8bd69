"""The number of a change request, and the keys under which the database checks proofs."""

from django.db import migrations

TABLES = """
CREATE SEQUENCE govern_change_number;

CREATE TABLE govern_proof_key (
    key_id text PRIMARY KEY,
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
COMMENT ON TABLE govern_proof_key IS 'HMAC keys of submissions, reviews and revisions. Only the owner reads them.';
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0003_change_requests"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunSQL(TABLES, migrations.RunSQL.noop)]
