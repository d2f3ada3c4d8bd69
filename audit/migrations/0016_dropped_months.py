"""What was dropped of the trail, signed. Append-only like the trail itself."""

import django.db.models.functions.datetime
from django.db import migrations, models

REFUSE_CHANGES = """
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON audit_dropped_month FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_dropped_month FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0015_event_streams")]

    operations = [
        migrations.CreateModel(
            name="DroppedMonth",
            fields=[
                ("partition", models.TextField(primary_key=True, serialize=False)),
                ("statement", models.TextField(help_text="What was dropped, as it was signed.")),
                ("signature", models.TextField()),
                ("key_id", models.TextField(help_text="The key that signed it.")),
                ("dropped_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "dropped month",
                "verbose_name_plural": "dropped months",
                "db_table": "audit_dropped_month",
                "ordering": ("partition",),
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(REFUSE_CHANGES, migrations.RunSQL.noop),
    ]
