"""Make an evidence pack: `manage.py audit_evidence FRAMEWORK --from DAY --to DAY --out FILE.html|pdf`."""

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils.translation import gettext as _

from audit.evidence.catalogue import frameworks
from audit.evidence.html import pack_file
from audit.evidence.packs import LANGUAGES
from audit.evidence.pdf import pack_pdf
from audit.services.evidence import EvidenceRefused, make_pack, read_span
from govern.public_address import public_address


class Command(BaseCommand):
    """Writes the file and says which checkpoint it rests on."""

    help = "Make an evidence pack of the trail: what it has to show for the controls of a framework in a span of days."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("framework", choices=sorted(frameworks()), help="which framework")
        parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="the first day, in UTC")
        parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="the last day, in UTC")
        parser.add_argument("--language", choices=LANGUAGES, default="en", help="the language of the pack")
        parser.add_argument("--checkpoint", type=int, metavar="N", help="rest on this checkpoint instead of the newest")
        parser.add_argument("--out", required=True, metavar="FILE", help="what to write: FILE.html or FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        out = Path(options["out"])
        form = out.suffix.lower().lstrip(".")
        if form not in ("html", "pdf"):
            raise CommandError("Name the file --out with .html or .pdf at its end.", returncode=2)
        try:
            pack = make_pack(
                framework=options["framework"],
                span=read_span(options["first"], options["last"]),
                language=options["language"],
                form=form,
                actor=getpass.getuser(),
                checkpoint=options["checkpoint"],
            )
        except EvidenceRefused as refused:
            raise CommandError(str(refused), returncode=2) from None
        except ProgrammingError:
            raise CommandError(
                _("A pack leaves an event, and this database role may only read."), returncode=2
            ) from None
        base = public_address()
        written = pack_pdf(pack, base) if form == "pdf" else pack_file(pack, base).encode()
        try:
            out.write_bytes(written)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=2) from None
        rests_on = f"checkpoint {pack.checkpoint.number}" if pack.checkpoint else "no checkpoint: nothing is sealed yet"
        self.stderr.write(f"{out}: {pack.statements} statements, {pack.without_data} without data, on {rests_on}.")
