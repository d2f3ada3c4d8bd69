"""What the database itself guarantees is in `govern/guarantees`, and installed once all tables are there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("govern", "0001_initial")]

    operations = []
