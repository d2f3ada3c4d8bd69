"""A key can be replaced by another secret of its name, and then ends on a date that can only come nearer. How keys are used is counted."""

import django.db.models.deletion
from django.db import migrations, models



class Migration(migrations.Migration):
    dependencies = [("govern", "0020_address_once")]

    operations = [
        migrations.AddField(
            "apikey",
            "replaces",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="govern.apikey",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            "apikey", "replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="replaced")
        ),
        migrations.RemoveConstraint("apikey", "one_live_key_of_a_name"),
        migrations.AddConstraint(
            "apikey",
            models.UniqueConstraint(
                fields=["application", "name"],
                condition=models.Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="one_current_key_of_a_name",
            ),
        ),
        migrations.CreateModel(
            name="ApiKeyUse",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="govern.apikey",
                    ),
                ),
                ("calls", models.BigIntegerField(default=0, verbose_name="calls")),
                ("last_used_at", models.DateTimeField(verbose_name="last used")),
            ],
            options={"verbose_name": "use of an API key", "verbose_name_plural": "use of API keys"},
        ),
    ]
