"""Sessions are kept under digests of their keys: those kept under the keys themselves end, and people sign in again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("govern", "0016_whose_account"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            "DELETE FROM django_session; DELETE FROM usersessions_usersession;", migrations.RunSQL.noop
        )
    ]
