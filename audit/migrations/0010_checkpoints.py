"""The seal of the trail: signed checkpoints, the nodes of their tree, and an index that finds the events that are not sealed yet."""

from django.db import migrations, models

import audit.models.fields

FIND_UNSEALED = "CREATE INDEX audit_event_transaction ON audit_event (xid, seq)"

# Leaf hashes do not compress, and proofs read slices of them.
KEEP_AS_THEY_ARE = "ALTER TABLE audit_checkpoint ALTER COLUMN leaves SET STORAGE EXTERNAL"

REFUSE_CHANGES = "".join(
    f"""
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
    for table in ("audit_checkpoint", "audit_tree_node")
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_rows_as_a_type")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField(help_text="Events that were sealed before.")),
                ("size", models.BigIntegerField(db_index=True, help_text="Events that are sealed with it.")),
                ("at", models.DateTimeField(help_text="When it was sealed.")),
                ("root", models.BinaryField(help_text="The tree's root over all of them.")),
                ("seq_from", models.BigIntegerField()),
                ("xid_from", audit.models.fields.TransactionIdField(editable=False)),
                ("xid_to", audit.models.fields.TransactionIdField(db_index=True, editable=False)),
                ("last_seq", models.BigIntegerField(help_text="The highest number of an event that is sealed.")),
                (
                    "leaves",
                    models.BinaryField(help_text="For each event that it adds its number in 8 bytes and its leaf's hash."),
                ),
                ("frontier", models.BinaryField(help_text="The roots of the tree's complete subtrees.")),
                ("note", models.TextField(help_text="The signed note.")),
                ("key_id", models.TextField(help_text="The key that signed it.")),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "db_table": "audit_checkpoint",
                "ordering": ("-number",),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "height", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("height", models.SmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "audit_tree_node", "default_permissions": ()},
        ),
        migrations.RunSQL(FIND_UNSEALED, "DROP INDEX audit_event_transaction"),
        migrations.RunSQL(KEEP_AS_THEY_ARE, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_CHANGES, migrations.RunSQL.noop),
    ]
