"""Containment rules: applications that are stopped by themselves, and stops that end by themselves."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from govern.guarantees.installing import AddKind, InstallGuarantees


class Migration(migrations.Migration):
    dependencies = [("govern", "0030_detection_runs"), ("audit", "0020_recent_sightings")]

    operations = [
        migrations.CreateModel(
            name="Containment",
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
                "verbose_name": "containment rule",
                "verbose_name_plural": "containment rules",
                "ordering": ("name",),
                "abstract": False,
            },
        ),
        AddKind("containment"),
        InstallGuarantees("559b6bfe5cf60c4b4154afc35a72ed98a5db0633397b97fd019e544978b2c853"),
    ]
