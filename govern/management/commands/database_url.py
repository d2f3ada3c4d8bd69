"""Print the address of the database for a role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """`psql "$(python manage.py database_url --role reader)"` opens the database while Govern runs."""

    help = "Print the address of the database for a role, as psql takes it. It contains the role's password."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--role", choices=["app", "owner", "reader"], default="app", help="whose rights to have (app)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        url = settings.GOVERN_DATABASE_URLS.get(role)
        if url is None:
            raise CommandError(
                f"The role govern_{role} has no password here: set GOVERN_DATABASE_{role.upper()}_PASSWORD."
            )
        self.stdout.write(url)
