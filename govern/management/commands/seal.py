"""Seal the trail now: `manage.py seal`."""

import base64
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Checkpoint
from audit.sealing.sealer import SealingRefused, seal_all
from govern.identity.sealing_key import trail_signer


class Command(BaseCommand):
    """Prints the last checkpoint, and the public key that it can be checked with."""

    help = "Seal the events of the trail that are not sealed yet (beat does so every few seconds) and print the last checkpoint."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        signer = trail_signer()
        try:
            sealed = seal_all(signer)
        except SealingRefused as refused:
            raise CommandError(str(refused)) from None
        last = Checkpoint.objects.order_by("-number").defer("leaves").first()
        self.stderr.write(f"{sealed} events sealed. Public key: {base64.b64encode(signer.public_key).decode()}")
        if last is not None:
            self.stdout.write(last.note, ending="")
