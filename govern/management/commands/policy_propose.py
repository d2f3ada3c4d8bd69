"""Opens a change request with what a file changes."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.contents import bodies_in_force
from govern.changes.document import DocumentInvalid
from govern.changes.exporting import NO_REVISION
from govern.changes.proposal_file import Proposal, proposals_of, propose_file
from govern.changes.refused import ChangeRefused
from govern.changes.submission import submit_change
from govern.management.authors import author_named
from govern.management.governed_command import GovernedCommand
from govern.models import Revision


class Command(GovernedCommand):
    """`manage.py policy_propose FILE`."""

    help = (
        "Opens a change request with everything that FILE (as for `bootstrap`) changes, and shows the difference. Nothing comes "
        "into force before others have approved it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--as", dest="author", metavar="USERNAME", help="who proposes it (default: your login name)"
        )
        parser.add_argument("--title", default="", help="default: the file's name")
        parser.add_argument("--reason", default="", help="why; needed to submit")
        parser.add_argument("--submit", action="store_true", help="put it in review at once")
        parser.add_argument("--prune", action="store_true", help="retire what the file's sections do not name")
        parser.add_argument(
            "--dry-run", action="store_true", help="only show the difference; exit code 2 if there is one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not Revision.objects.exists():
            raise CommandError(NO_REVISION)
        path: Path = options["file"]
        in_force = bodies_in_force()
        try:
            file = read_bootstrap(path, beside=in_force)
        except DocumentInvalid as error:
            listed = "\n".join(f"  {path}, {problem}" for problem in error.problems)
            raise CommandError(f"{len(error.problems)} problem(s) in {path}; nothing was proposed.\n{listed}") from None
        proposals = proposals_of(file, in_force, prune=options["prune"])
        for proposal in proposals:
            self._show(proposal)
        if file.keys:
            self.stderr.write(
                "Note: keys of applications are no policy; they are issued in the admin and left out here."
            )
        if options["dry_run"]:
            if not proposals:
                self.stdout.write("The file says what is in force already.")
                return
            raise SystemExit(2)
        author = author_named(options["author"] or getpass.getuser())
        try:
            change = propose_file(
                proposals=proposals,
                title=options["title"] or f"From {path.name}",
                reason=options["reason"],
                by=author,
            )
            if options["submit"]:
                change = submit_change(change=change, by=author, edition=change.edition)
        except ChangeRefused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(
            f"{change} is {change.get_state_display().lower()}: /admin/govern/changerequest/{change.pk}/change/"
        )

    def _show(self, proposal: Proposal) -> None:
        verb = "create" if proposal.before is None else "retire" if proposal.after is None else "change"
        self.stdout.write(f"{verb} {proposal.kind} {proposal.name}")
        if verb == "change":
            for place, before, after in proposal.differences:
                self.stdout.write(f"  {place}: {before} → {after}")
