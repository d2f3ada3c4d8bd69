"""An application whose provider reported more than its bound is frozen on that budget until a person lifts it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q



class Migration(migrations.Migration):
    dependencies = [("govern", "0017_sessions_under_digests")]

    operations = [
        migrations.CreateModel(
            name="BudgetFreeze",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("budget_id", models.UUIDField(verbose_name="budget")),
                ("budget_name", models.CharField(max_length=120, verbose_name="budget")),
                ("application", models.CharField(max_length=120, verbose_name="application")),
                ("call_id", models.UUIDField(null=True, verbose_name="call")),
                ("held_nano_usd", models.BigIntegerField(verbose_name="held")),
                ("cost_nano_usd", models.BigIntegerField(verbose_name="reported")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                ("lifted_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget freeze",
                "verbose_name_plural": "budget freezes",
                "ordering": ("-at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("lifted_at__isnull", True)),
                        fields=("budget_id", "application"),
                        name="one_standing_freeze",
                    )
                ],
            },
        ),
    ]
