"""Four eyes, kept by the database: see `_changes_sql`."""

from django.db import migrations

from govern.migrations._changes_sql import create_changes_sql

TRANSITIONS = """
draft>in_review draft>withdrawn draft>emergency
in_review>approved in_review>changes_requested in_review>rejected in_review>withdrawn in_review>expired in_review>draft
changes_requested>draft changes_requested>withdrawn changes_requested>in_review
approved>scheduled approved>applied approved>withdrawn approved>expired approved>draft approved>changes_requested approved>rejected
scheduled>applied scheduled>withdrawn scheduled>expired scheduled>draft
scheduled>changes_requested scheduled>rejected
emergency>applied emergency>reverted
""".split()
LOCK = 0x676F7665726E


class Migration(migrations.Migration):
    dependencies = [("govern", "0003_change_requests"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunSQL(create_changes_sql(TRANSITIONS, LOCK), migrations.RunSQL.noop)]
