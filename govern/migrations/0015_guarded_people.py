"""What makes a person that person is written through Govern, and each row carries the seal of having been.

The rows of a person, of their second factors and of their linked identities are written with a proof only
(`govern.identity.person_rows`), which is bound to the row, to what it will hold and to the very transaction that writes it: nobody can use
it elsewhere or later, whoever sees it. The seal is compared every minute (`govern/changes/drift/people.py`).
"""

from django.db import migrations

SEALS = """
CREATE TABLE govern_seal (
    subject text NOT NULL,
    row_id bigint NOT NULL,
    person_id bigint NOT NULL REFERENCES govern_person DEFERRABLE INITIALLY DEFERRED,
    columns text[] NOT NULL,
    seal text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject, row_id)
);
CREATE INDEX govern_seal_person ON govern_seal (person_id);
COMMENT ON TABLE govern_seal IS 'Which rows that make a person were written through Govern, over which columns. Only the owner reads it.';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("govern", "0014_trail_from_govern"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunSQL(SEALS, migrations.RunSQL.noop)]
