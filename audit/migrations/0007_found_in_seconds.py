"""Views that people save, and an index of the calls that were not answered, which are few."""

from django.db import migrations, models

INDEX = "CREATE INDEX audit_event_not_answered ON audit_event (at, seq) WHERE type = 'call.outcome' AND code IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_end_users")]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX audit_event_not_answered"),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.TextField(help_text="The user name of the person whose view it is.")),
                ("name", models.CharField(max_length=60)),
                ("query", models.TextField(help_text="The filters, as the address of the list has them.")),
            ],
            options={
                "db_table": "audit_saved_view",
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="audit_saved_view_name_once"),
                ],
            },
        ),
    ]
