"""Fill the trail to try a large one: `manage.py fill --events 10000000`."""

import getpass
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.trail.events import record_event
from govern.demo.filling.filling import Filled, fill_trail
from govern.parts.database_access import external_database


class Command(BaseCommand):
    """Only for installations that are there to try things: nothing that is written into a trail can be taken out again."""

    help = (
        "Write calls that nobody made into the trail, with violations and how they were worked, to try searches, pages, sealing and "
        "exports at size. They cannot be taken out again."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--events", type=int, default=1_000_000, help="about how many events (1000000)")
        parser.add_argument("--days", type=int, default=180, help="spread over so many days up to now (180)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same calls (1)")
        parser.add_argument(
            "--yes-i-know",
            action="store_true",
            help="fill a trail that is not of a development installation: it can then never be told from what happened",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        events, days = options["events"], options["days"]
        if not 1 <= events <= 1_000_000_000 or not 1 <= days <= 3_660:
            raise CommandError("Give from 1 to 1,000,000,000 events and from 1 to 3,660 days.")
        if not _is_for_trying() and not options["yes_i_know"]:
            raise CommandError(
                "This is not a development installation: its trail is evidence, and what is written into it stays. "
                "Fill one that `manage.py up` or `make demo` made, or say --yes-i-know."
            )
        started = self._told = time.monotonic()
        said = {"events": events, "seed": options["seed"], "days": days}
        record_event(type="trail.filled", actor=getpass.getuser(), context=said)
        filled = fill_trail(events=events, days=days, seed=options["seed"], tell=self._tell)
        self.stdout.write(
            f"{filled.events:,} events of {filled.calls:,} calls and {filled.cases:,} violations in "
            f"{time.monotonic() - started:.0f} s. Beat seals them by and by, or `manage.py seal` at once."
        )

    def _tell(self, filled: Filled) -> None:
        if time.monotonic() - self._told >= 10:
            self._told = time.monotonic()
            self.stderr.write(f"{filled.events:,} events")


def _is_for_trying() -> bool:
    """Whether the database is a part of this installation, as developers and the demonstration have it."""
    return external_database() is None and settings.SETTINGS_MODULE != "govern.settings.production"
