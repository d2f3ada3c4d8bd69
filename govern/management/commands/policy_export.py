"""Writes what is in force as a bootstrap file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from govern.changes.exporting import NO_REVISION, policy_document
from govern.management.governed_command import GovernedCommand
from govern.models import Revision


class Command(GovernedCommand):
    """`manage.py policy_export [FILE]`."""

    help = (
        "Writes what a revision holds as a bootstrap file, without secrets and keys. Another installation that is set up from "
        "it has the same manifest and hash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to; standard output without it")
        parser.add_argument("--revision", type=int, metavar="N", help="an earlier revision instead of the one in force")

    def handle(self, *args: Any, **options: Any) -> None:
        revisions = Revision.objects.order_by("-number")
        if options["revision"] is not None:
            revisions = revisions.filter(number=options["revision"])
        revision = revisions.first()
        if revision is None:
            if options["revision"] is None:
                raise CommandError(NO_REVISION)
            newest = Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0
            raise CommandError(f"There is no revision {options['revision']}; the newest is {newest}.")
        document = policy_document(revision)
        if options["file"] is None:
            sys.stdout.write(document)
            return
        try:
            options["file"].write_text(document, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Cannot write {options['file']}: {error.strerror}.") from None
        self.stdout.write(f"Revision {revision.number} is in {options['file']}, SHA-256 {revision.sha256}.")
