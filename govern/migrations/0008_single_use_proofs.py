"""A proof for one write: bound to what is written and what for, good for minutes, spent once.

`govern.identity.write_proofs` makes it and gives it to the connection as a parameter of a server-side statement, so that no other session
sees it. A trigger names the purpose and spells out the row; the functions below check the rest. A session without Govern's key can make
none, and one that was seen would only repeat the write that it was made for, once.
"""

from django.db import migrations

PROOFS = """
CREATE TABLE govern_spent_proof (
    proof text PRIMARY KEY,
    spent_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX govern_spent_proof_age ON govern_spent_proof (spent_at);
COMMENT ON TABLE govern_spent_proof IS 'Proofs of writes that were used. Only the owner reads and writes it; older ones are too old to count.';
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0007_credentials")]

    operations = [migrations.RunSQL(PROOFS, migrations.RunSQL.noop)]
