"""Who could act in a person's name besides them, and the only way in which that ends.

Whoever invited a person, or set or reset how they sign in, counts as one person with them, along chains, until an approved change confirms
the code that the person reads from their own page: neither of the two approves that. With two such people nobody could say who acted, so
the person does not count at all until then.
"""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion



class Migration(migrations.Migration):
    dependencies = [("govern", "0015_guarded_people")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="credentials_in_doubt",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Two others or more could act in their name.",
                verbose_name="credentials in doubt",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="credentials_set_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Who invited them, or set how they sign in, if it was another. Both count as one person until an approved change confirms the sign-in code.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="credentials set by",
            ),
        ),
    ]
