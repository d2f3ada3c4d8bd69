"""No two people who may sign in have the same e-mail address."""

from django.db import migrations, models
from django.db.models.functions import Lower

SAID_FIRST = """
DO $$
DECLARE
    names text;
BEGIN
    SELECT string_agg(twice, '; ') INTO names FROM (
        SELECT string_agg(username, ', ' ORDER BY username) AS twice FROM govern_person
        WHERE is_active AND email <> '' GROUP BY lower(email) HAVING count(*) > 1) found;
    IF names IS NOT NULL THEN
        RAISE EXCEPTION 'These people share an e-mail address: %. Give each their own, or lock one out, with the version that runs now; then migrate again.', names
            USING ERRCODE = 'unique_violation';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0019_stamped_accounts")]

    operations = [
        migrations.RunSQL(SAID_FIRST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(("is_active", True), models.Q(("email", ""), _negated=True)),
                name="person_address_once",
                violation_error_message="Somebody else has this e-mail address. Give each person their own.",
            ),
        ),
    ]
