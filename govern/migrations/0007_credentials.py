"""Before what makes a person was guarded row by row (0015), proofs of credentials were."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("govern", "0006_notification"), ("mfa", "0003_authenticator_type_uniq")]

    operations = []
