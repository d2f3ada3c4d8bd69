"""Approvals are for one submission, count in the order in which they were given, and are for everything that reviewers were shown.

The digest covers title, reason, assessment, every time and the submission itself; a review's proof covers its place after the review
before it; and each review, comment and step spends a proof of its own, so that no copy of one comes in a second time.
"""

from django.db import migrations, models




# Reviews from before are numbered in the order in which they were given.
NUMBER = """
UPDATE govern_review r SET place = n.place
FROM (SELECT id, row_number() OVER (PARTITION BY change_id ORDER BY created_at, id) AS place FROM govern_review) n WHERE n.id = r.id;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0009_api_keys")]

    operations = [
        migrations.AddField(
            "review",
            "place",
            models.PositiveIntegerField(
                default=1, help_text="1 for the first review of the change, then one more each.", verbose_name="place"
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterModelOptions(
            "review", {"ordering": ("change", "place"), "verbose_name": "review", "verbose_name_plural": "reviews"}
        ),
        migrations.AddConstraint(
            "review", models.UniqueConstraint(fields=("change", "place"), name="one_review_in_a_place")
        ),
    ]
