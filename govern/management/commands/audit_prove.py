"""Prove what is sealed: `manage.py audit_prove REQUEST_ID` or `manage.py audit_prove --since CHECKPOINT`."""

import json
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import AuditEvent
from audit.sealing.notes import NotANote
from audit.sealing.receipts import NothingToProve, growth_since, receipt_of


class Command(BaseCommand):
    """Prints a document that `verify.py` checks without a database."""

    help = (
        "Print the proof that a call's outcome is sealed, or that the trail grew out of a checkpoint that was kept. "
        "Check it with: python audit/verification/verify.py FILE --public-key KEY"
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("request_id", nargs="?", help="the x-request-id of a call")
        what.add_argument("--since", metavar="FILE", help="a checkpoint that manage.py seal printed before")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = (
                growth_since(_read(options["since"]))
                if options["since"]
                else receipt_of(_outcome(options["request_id"]), whole=True)
            )
        except (NothingToProve, NotANote) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(document, indent=1))


def _outcome(request_id: str) -> AuditEvent:
    """The event that ended a call. Raises `CommandError`."""
    try:
        call = uuid.UUID(request_id.removeprefix("req_"))
    except ValueError:
        raise CommandError(f"{request_id!r} is no request id: give the x-request-id of an answer.") from None
    found = AuditEvent.objects.outcomes().of_call(call).first()
    if found is None:
        raise CommandError(f"The trail has no outcome of call {call}.")
    return found


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The checkpoint {name} cannot be read: {error}.") from None
