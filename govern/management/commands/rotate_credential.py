"""Replaces the secret of a provider's credential."""

import getpass
import sys
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit.trail.events import record_event
from govern.changes.genesis import store_secret
from govern.models import ProviderCredential


class Command(BaseCommand):
    """`manage.py rotate_credential NAME`."""

    help = "Replaces a credential's secret, read from standard input. Running gateways use the new one within a second."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="such as openai-main")

    def handle(self, *args: Any, **options: Any) -> None:
        credential = ProviderCredential.objects.filter(name=options["name"]).first()
        if credential is None:
            known = ", ".join(ProviderCredential.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no credential {options['name']}. Known: {known}.")
        secret = (getpass.getpass("New secret: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
        if not secret:
            raise CommandError("Nothing was given; the secret stays as it is. Pipe the new one in, or type it.")
        with transaction.atomic():
            stored = store_secret(credential=cast(ProviderCredential, credential), secret=secret)
            record_event(
                type="credential.stored",
                actor=getpass.getuser(),
                context={"credential": credential.name, "ends_with": stored.last_four},
            )
        self.stdout.write(f"{credential.name} has a new secret.")
