"""The kill switch takes no lock that anybody could hold; the number of the revision keeps the order of what comes into force."""

from django.db import migrations



class Migration(migrations.Migration):
    dependencies = [("govern", "0011_owners")]

    operations = []
