"""Exports of prompts and answers, which others approve."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from govern.guarantees.installing import AddKind


class Migration(migrations.Migration):
    dependencies = [("govern", "0032_cached_answers")]

    operations = [
        migrations.CreateModel(
            name="PayloadExport",
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
            options={
                "verbose_name": "export of prompts",
                "verbose_name_plural": "exports of prompts",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        AddKind("payload_export", by_break_glass=False),
    ]
