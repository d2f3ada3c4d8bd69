"""What is written into the trail and its cases is what Govern saw or what a person did through Govern, and it is written when it happens.

Calls are written by the gateway on its hot path, so the conditions of their triggers are plain comparisons; everything that people do
spends a proof (`audit.trail.vouching`).
"""

from django.db import migrations



class Migration(migrations.Migration):
    dependencies = [("govern", "0013_accounts_by_proof"), ("audit", "0003_payloads_and_rejections")]

    operations = []
