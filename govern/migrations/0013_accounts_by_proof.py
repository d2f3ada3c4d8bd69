"""Budget accounts move by Govern's word alone: the application's role reads them and calls two functions.

Locking needs no proof. Writing needs one that is bound to the very transaction and to every new balance (`govern.budgets.accounts`), so
that neither a database shell nor a proof that was seen can set a balance.
"""

from django.db import migrations



class Migration(migrations.Migration):
    dependencies = [("govern", "0012_stops_wait_for_nobody")]

    operations = []
