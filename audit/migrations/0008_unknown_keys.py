"""Requests with keys that were never issued are counted by address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_found_in_seconds")]

    operations = [
        migrations.CreateModel(
            name="UnknownKeyUse",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "hour", "address", "door", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hour", models.DateTimeField(help_text="Its first moment.")),
                ("address", models.CharField(max_length=64)),
                (
                    "door",
                    models.CharField(
                        help_text="Whose format the request was in.", max_length=32
                    ),
                ),
                ("requests", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "db_table": "audit_unknown_key",
                "default_permissions": (),
            },
        ),
    ]
