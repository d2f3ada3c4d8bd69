"""Simulations of change requests: written once, bound to what was replayed, and made by Govern."""

import django.db.models.deletion
import uuid
from django.db import migrations, models




class Migration(migrations.Migration):
    dependencies = [
        ("govern", "0004_four_eyes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "digest",
                    models.CharField(
                        help_text="What was replayed: the change's digest.", max_length=64, verbose_name="digest"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_by_name", models.CharField(max_length=150, verbose_name="asked by")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("progressed_at", models.DateTimeField(null=True, verbose_name="last progress")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "base_revision",
                    models.PositiveIntegerField(
                        help_text="What was in force when it was replayed.", null=True, verbose_name="revision"
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="calls done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="calls to replay")),
                (
                    "result",
                    models.TextField(blank=True, help_text="Canonical JSON of a report.", verbose_name="result"),
                ),
                ("result_sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("proof", models.CharField(blank=True, max_length=64)),
                ("problem", models.TextField(blank=True, verbose_name="what went wrong")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="simulations",
                        to="govern.changerequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "simulation",
                "verbose_name_plural": "simulations",
                "ordering": ("-created_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("change",),
                        name="one_simulation_of_a_change_at_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))), name="simulated_no_more_than_all"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "finished"), _negated=True),
                            models.Q(
                                ("base_revision__isnull", False),
                                ("finished_at__isnull", False),
                                models.Q(("result", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="finished_simulation_has_a_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(
                                ("finished_at__isnull", False), ("result", ""), models.Q(("problem", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="failed_simulation_says_why",
                    ),
                ],
            },
        ),
    ]
