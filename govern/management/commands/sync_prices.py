"""Opens a change request with the prices that have changed."""

import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from govern.changes.contents import bodies_in_force
from govern.changes.exporting import NO_REVISION
from govern.changes.list_prices import listed_prices, price_source
from govern.changes.proposal_file import Proposal, propose_file
from govern.changes.refused import ChangeRefused
from govern.changes.submission import submit_change
from govern.management.authors import author_named
from govern.management.governed_command import GovernedCommand
from govern.models import Revision
from routing.bodies import CatalogModelBody


class Command(GovernedCommand):
    """`manage.py sync_prices`."""

    help = (
        "Compares the catalogue with the list prices that ship with this version (genai-prices) and opens a change request with those "
        "that differ. Nothing is fetched, and no price changes before others have approved it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("models", nargs="*", metavar="MODEL", help="default: every model of the catalogue")
        parser.add_argument(
            "--as", dest="author", metavar="USERNAME", help="who proposes it (default: your login name)"
        )
        parser.add_argument("--submit", action="store_true", help="put it in review at once")
        parser.add_argument(
            "--dry-run", action="store_true", help="only show what differs; exit code 2 if anything does"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Revision.objects.exists():
            raise CommandError(NO_REVISION)
        in_force = bodies_in_force()
        models = in_force["catalog_model"]
        if unknown := sorted(set(options["models"]) - models.keys()):
            raise CommandError(f"There is no model {', '.join(unknown)} in force. See the page Models for their names.")
        proposals = []
        for listed in listed_prices(in_force, timezone.now()):
            if options["models"] and listed.name not in options["models"]:
                continue
            if listed.body is None:
                self.stderr.write(f"left as it is: {listed.name} ({listed.why_not})")
            elif _costs(models[listed.name]) != _costs(listed.body):
                proposals.append(Proposal("catalog_model", listed.name, models[listed.name], listed.body))
        for proposal in proposals:
            self.stdout.write(f"change {proposal.name}")
            for place, before, after in proposal.differences:
                self.stdout.write(f"  {place}: {before} → {after}")
        if not proposals:
            self.stdout.write(f"The catalogue has the prices of {price_source()}.")
            return
        if options["dry_run"]:
            raise SystemExit(2)
        author = author_named(options["author"] or getpass.getuser())
        title = f"List prices of {price_source()}"
        try:
            change = propose_file(proposals=proposals, title=title, reason="What providers charge today.", by=author)
            if options["submit"]:
                change = submit_change(change=change, by=author, edition=change.edition)
        except ChangeRefused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(
            f"{change} is {change.get_state_display().lower()}: /admin/govern/changerequest/{change.pk}/change/"
        )


def _costs(body: CatalogModelBody) -> tuple[object, ...]:
    return body.usd_per_1k, body.long_context, body.usd_per_1k_searches
