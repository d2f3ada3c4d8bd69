"""API keys are issued through Govern, and revoked for good. Keys that were issued before are stamped once."""

from typing import Any

from django.db import migrations, models

from govern.identity.key_stamps import key_stamp



def stamp_keys(apps: Any, schema_editor: Any) -> None:
    """Keys from before stamps were issued by Govern as well: nothing else is known of them."""
    keys = apps.get_model("govern", "ApiKey").objects
    for key in keys.filter(stamp="").iterator():
        stamp = key_stamp(str(key.pk), str(key.application_id), key.name, key.digest, key.expires_at)
        keys.filter(pk=key.pk).update(stamp=stamp)


class Migration(migrations.Migration):
    dependencies = [("govern", "0008_single_use_proofs")]

    operations = [
        migrations.AddField("apikey", "stamp", models.CharField(default="", editable=False, max_length=64)),
        migrations.RunPython(stamp_keys, migrations.RunPython.noop),
    ]
