"""Turns an empty installation into revision 1."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.document import DocumentInvalid
from govern.changes.genesis import NotEmpty, bootstrap_installation
from govern.models import Revision


class Command(BaseCommand):
    """`manage.py bootstrap FILE`."""

    help = "Sets up an empty installation from a YAML file as revision 1. Nothing is written unless the whole file is right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, successfully, if there is a revision already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Revision.objects.exists():
            return
        path: Path = options["file"]
        try:
            bootstrap = read_bootstrap(path)
        except DocumentInvalid as error:
            count = len(error.problems)
            listed = "\n".join(f"  {path}, {problem}" for problem in error.problems)
            raise CommandError(
                f"{count} problem{'s' if count > 1 else ''} in {path}; nothing was written.\n{listed}"
            ) from None
        try:
            revision, secrets = bootstrap_installation(bootstrap=bootstrap)
        except NotEmpty:
            newest = Revision.objects.order_by("-number").values_list("number", flat=True).first()
            raise CommandError(
                f"This installation is at revision {newest} already; only an empty one can be bootstrapped. "
                f"Propose the file as a change instead: python manage.py policy_propose {path}"
            ) from None
        for note in bootstrap.notes:
            self.stderr.write(self.style.WARNING(f"Note: {note}"))
        for name, secret in secrets.items():
            self.stdout.write(f"Key of {name} (shown only now): {secret}")
        self.stdout.write(f"Revision {revision.number} is in force, SHA-256 {revision.sha256}.")
