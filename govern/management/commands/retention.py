"""Which months of the trail stay and why, and dropping those that may go: `manage.py retention [--drop]`."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from govern.keeping.dropping import DropRefused, drop_due_months
from govern.keeping.standing import standing


class Command(BaseCommand):
    """Beat does the same every six hours."""

    help = (
        "Say of every month of the trail whether it stays and why; --drop drops those that may go, once they are exported "
        "to GOVERN_ARCHIVE (beat does so every six hours)."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop", action="store_true", help="drop the months that may go")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["drop"]:
            try:
                dropped = drop_due_months(actor=getpass.getuser())
            except DropRefused as refused:
                raise CommandError(str(refused)) from None
            for month in dropped:
                self.stdout.write(
                    _("%(month)s  dropped, %(events)s events; archive: %(archive)s")
                    % {"month": month.month, "events": month.events, "archive": month.archive}
                )
        for each in standing():
            self.stdout.write(f"{each.month.name}  {each.words()}")
