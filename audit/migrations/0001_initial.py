import audit.models.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from audit.migrations._trail_sql import COMPRESS_BODIES, CREATE_TRAIL, DROP_TRAIL, ENSURE_PARTITIONS, REFUSE_CHANGES


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(CREATE_TRAIL, DROP_TRAIL),
                migrations.RunSQL(COMPRESS_BODIES, migrations.RunSQL.noop),
                migrations.RunSQL(REFUSE_CHANGES, migrations.RunSQL.noop),
                migrations.RunSQL(ENSURE_PARTITIONS, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("id", models.UUIDField(help_text="UUID version 7; an intent's is its call's.")),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("type", models.TextField()),
                        ("call_id", models.UUIDField(null=True)),
                        ("application", models.TextField(null=True)),
                        ("team", models.TextField(null=True)),
                        ("key", models.TextField(null=True)),
                        ("actor", models.TextField(null=True)),
                        ("model", models.TextField(help_text="The model that served the call.", null=True)),
                        ("status", models.SmallIntegerField(help_text="HTTP status of the answer.", null=True)),
                        ("code", models.TextField(help_text="Why the call was refused.", null=True)),
                        ("verdict", models.TextField(null=True)),
                        ("cost_nano_usd", models.BigIntegerField(null=True)),
                        ("revision", models.IntegerField(null=True)),
                        ("body", audit.models.fields.ExactJSONField()),
                        ("instance", models.BigIntegerField(help_text="The process that wrote the event.", null=True)),
                        ("xid", audit.models.fields.TransactionIdField(editable=False)),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "db_table": "audit_event",
                        "ordering": ("-at", "-seq"),
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrailInstance",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("host", models.TextField()),
                ("pid", models.IntegerField()),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "swept_to",
                    models.DateTimeField(help_text="No call of its that began earlier is unfinished.", null=True),
                ),
                (
                    "closed_at",
                    models.DateTimeField(help_text="When it was found gone; it can no longer be continued.", null=True),
                ),
                (
                    "settled_at",
                    models.DateTimeField(help_text="When the last of its unfinished calls was closed.", null=True),
                ),
            ],
            options={
                "verbose_name": "trail writer",
                "verbose_name_plural": "trail writers",
                "db_table": "audit_instance",
                "indexes": [
                    models.Index(
                        models.F("number"),
                        condition=models.Q(("settled_at__isnull", True)),
                        name="audit_instance_unsettled",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("application", models.TextField()),
                ("team", models.TextField()),
                ("guard", models.TextField()),
                ("rule", models.TextField()),
                ("revision", models.IntegerField(help_text="The policy revision of the last sighting.", null=True)),
                (
                    "severity",
                    models.TextField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("new", "New"),
                            ("triaged", "Triaged"),
                            ("investigating", "Investigating"),
                            ("contained", "Contained"),
                            ("resolved", "Resolved"),
                            ("false_positive", "False positive"),
                            ("accepted_risk", "Accepted risk"),
                        ],
                        default="new",
                    ),
                ),
                ("count", models.IntegerField(help_text="Calls in which it was seen.")),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("first_call_id", models.UUIDField()),
                ("last_call_id", models.UUIDField()),
                ("assignee", models.TextField(blank=True, default="")),
                ("due_at", models.DateTimeField()),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "violation",
                "verbose_name_plural": "violations",
                "db_table": "audit_violation",
                "ordering": ("-last_at", "-id"),
                "indexes": [
                    models.Index(models.F("last_at"), models.F("id"), name="audit_violation_last"),
                    models.Index(
                        models.F("due_at"),
                        condition=models.Q(("state__in", ("new", "triaged", "investigating", "contained"))),
                        name="audit_violation_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["low", "medium", "high", "critical"])),
                        name="audit_violation_severity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "new",
                                    "triaged",
                                    "investigating",
                                    "contained",
                                    "resolved",
                                    "false_positive",
                                    "accepted_risk",
                                ],
                            )
                        ),
                        name="audit_violation_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="audit_violation_count"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ViolationComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author", models.TextField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "violation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="audit.violation"
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "db_table": "audit_violation_comment",
                "ordering": ("at", "id"),
            },
        ),
    ]
