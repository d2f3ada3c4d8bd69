"""Create Govern's login roles on the server of DATABASE_URL."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from govern.parts.database_access import external_database, prepare_external_database


class Command(BaseCommand):
    """For a server of one's own: run it once, with the superuser's password, before the first `migrate`."""

    help = (
        "Create Govern's login roles on the server of DATABASE_URL, and give them their passwords. DATABASE_URL names a "
        "user who may create roles, or none if GOVERN_DATABASE_SUPERUSER_PASSWORD is set."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        address = external_database()
        if address is None:
            self.stdout.write("The embedded PostgreSQL has its roles already.")
            return
        prepare_external_database(address, settings.GOVERN_DATABASE_URLS)
        self.stdout.write(
            "The roles are there: " + ", ".join(f"govern_{role}" for role in settings.GOVERN_DATABASE_URLS)
        )
