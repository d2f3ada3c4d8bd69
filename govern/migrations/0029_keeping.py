"""Retention, legal holds and erasures, and what the database guarantees of them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from govern.guarantees.installing import AddKind, InstallGuarantees


def governed(model: str, one: str, many: str) -> migrations.CreateModel:
    """The table of a governed kind."""
    return migrations.CreateModel(
        name=model,
        fields=[
            ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=240, unique=True, verbose_name="name")),
            ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            (
                "active_version",
                models.OneToOneField(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="govern.version",
                    verbose_name="version in force",
                ),
            ),
        ],
        options={"verbose_name": one, "verbose_name_plural": many, "ordering": ("name",), "abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [("govern", "0028_access_campaigns"), ("audit", "0016_dropped_months")]

    operations = [
        governed("Retention", "retention", "retention rules"),
        governed("LegalHold", "legal hold", "legal holds"),
        governed("Erasure", "erasure", "erasures"),
        AddKind("retention", by_break_glass=False),
        AddKind("legal_hold", by_break_glass=False),
        AddKind("erasure", by_break_glass=False),
        InstallGuarantees("01aa74a3a084c38e1480c6e8cc082922dcc5837276f4f163b11522b30d95ec6b"),
    ]
