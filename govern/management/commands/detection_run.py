"""Measure the guards in force now: `manage.py detection_run`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govern.changes.detection.running import run_detection


class Command(BaseCommand):
    """Prints what was found of the texts that ship, and files it with the revision in force."""

    help = "Measure what the guards in force find of the texts that ship with Govern, and file the result."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_detection()
        if run is None:
            raise CommandError("Nothing is in force yet. Run `manage.py bootstrap FILE` first.")
        self.stdout.write(
            f"revision {run.revision_id}: {run.found} of {run.planted} planted texts found, "
            f"{run.alarms} false alarms in {run.ordinary} ordinary ones"
        )
