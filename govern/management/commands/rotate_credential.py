"""Proposes a new secret for a provider's credential."""

import getpass
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from govern.changes.drafts import open_change, propose_version
from govern.changes.refused import ChangeRefused
from govern.changes.secrets import seal_secret
from govern.changes.submission import submit_change
from govern.management.governed_command import GovernedCommand
from govern.models import ChangeRequest, Person, ProviderCredential


class Command(GovernedCommand):
    """`manage.py rotate_credential NAME`."""

    help = (
        "Opens a change request with a new secret for a credential, read from standard input and sealed at once. Once others have "
        "approved and applied it, running gateways use it within a second."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="such as openai-main")
        parser.add_argument(
            "--as", dest="author", metavar="USERNAME", help="who proposes it (default: your login name)"
        )
        parser.add_argument("--reason", default="Rotation", help="why, for whoever approves it")

    def handle(self, *args: Any, **options: Any) -> None:
        credential = ProviderCredential.objects.in_force().filter(name=options["name"]).first()
        if credential is None:
            known = ", ".join(ProviderCredential.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no credential {options['name']}. Known: {known}.")
        body = credential.body  # before a secret is asked for
        author = Person.objects.filter(username=options["author"] or getpass.getuser(), is_active=True).first()
        if author is None or not author.has_perm("govern.propose_change"):
            raise CommandError("Say who proposes it, with a person who may propose changes: --as USERNAME.")
        secret = (getpass.getpass("New secret: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
        if not secret:
            raise CommandError("Nothing was given; the secret stays as it is. Pipe the new one in, or type it.")
        try:
            change = _propose(credential.name, body, secret, author, options["reason"])
        except ChangeRefused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"{change} is in review: /admin/govern/changerequest/{change.pk}/change/")


@transaction.atomic
def _propose(name: str, body: Any, secret: str, author: Person, reason: str) -> ChangeRequest:
    change = open_change(title=f"New secret of {name}", reason=reason, by=author)
    sealed = seal_secret(credential=name, secret=secret)
    propose_version(
        change=change, kind=ProviderCredential.KIND, body=body, by=author, edition=change.edition, secret=sealed
    )
    return submit_change(change=change, by=author, edition=change.edition)
