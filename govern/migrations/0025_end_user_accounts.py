"""Whose the accounts of budgets are that give each end user a limit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("govern", "0024_kinds")]

    operations = [
        migrations.CreateModel(
            name="EndUserAccount",
            fields=[
                ("account_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("budget_id", models.UUIDField()),
                (
                    "who",
                    models.CharField(
                        help_text="Their id, or its mark, as the application's rules want it kept.", max_length=255
                    ),
                ),
                ("by", models.CharField(help_text="By whose word.", max_length=16)),
                ("issuer", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["budget_id", "who"], name="account_of_an_end_user")],
            },
        ),
    ]
