from django.db import migrations

from audit.migrations._trail_sql import INDEX_REJECTED


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0002_payload"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditpayload",
            options={
                "permissions": [("reveal_payload", "Can reveal stored prompts and answers")],
                "verbose_name": "payload",
                "verbose_name_plural": "payloads",
            },
        ),
        migrations.RunSQL(INDEX_REJECTED, "DROP INDEX audit_event_rejected"),
    ]
