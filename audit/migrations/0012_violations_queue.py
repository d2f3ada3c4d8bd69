"""The queue of open violations in its order, so that a page reads its own rows however many are open. Made while others write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0011_anchor_deliveries")]

    operations = [
        AddIndexConcurrently(
            "violation",
            models.Index(
                models.Case(
                    models.When(severity="critical", then=models.Value(0)),
                    models.When(severity="high", then=models.Value(1)),
                    models.When(severity="medium", then=models.Value(2)),
                    models.When(severity="low", then=models.Value(3)),
                    output_field=models.IntegerField(),
                ),
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state__in", ("new", "triaged", "investigating", "contained"))),
                name="audit_violation_queue",
            ),
        ),
    ]
