"""Export rows of the trail: `manage.py audit_export --format jsonl --from 2026-11-01 --out november.zip`."""

import getpass
import uuid
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.exports.asked import Asked
from audit.exports.events import export_asked, export_failed, export_finished
from audit.exports.formats import FORMATS
from audit.exports.making import NothingSealed, make_pack, newest_checkpoint
from audit.exports.pack import Request, asked_told
from audit.exports.sealed_rows import NotAsSealed
from govern import VERSION
from govern.identity.sealing_key import trail_signer

_WORDS = ("application", "team", "key", "actor", "model", "code", "verdict", "severity", "person")


class Command(BaseCommand):
    """Writes a pack that `verify.py` checks without a database."""

    help = "Write sealed events of the trail as a pack that proves itself: data, checkpoint, signatures and the program that checks them."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the ZIP archive to write")
        parser.add_argument(
            "--format", action="append", choices=sorted(FORMATS), help="may be given more than once; jsonl without it"
        )
        parser.add_argument(
            "--from",
            dest="since",
            metavar="TIME",
            help="from this moment on: 2026-11-01 or 2026-11-01T08:00+08:00 (UTC without a zone)",
        )
        parser.add_argument("--to", dest="until", metavar="TIME", help="before this moment")
        parser.add_argument(
            "--type",
            action="append",
            default=[],
            metavar="TYPE",
            help="an event type, or its beginning such as call. or violation.",
        )
        parser.add_argument("--call", type=uuid.UUID, metavar="REQUEST_ID", help="everything that one call left")
        parser.add_argument(
            "--payloads",
            metavar="NAME",
            help="refused here, with where it is done: only the person whom an approved export of prompts names may have it",
        )
        for word in _WORDS:
            parser.add_argument(f"--{word}", help=f"only of this {word}")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["payloads"] is not None:
            raise CommandError(
                "Prompts and answers are exported by the person whom an approved export of prompts names, with a second factor: "
                "propose one at /admin/govern/payloadexport/ and have it approved, then export on its page or over POST /api/exports. "
                "The command line knows nobody."
            )
        target: Path = options["out"].absolute()
        if target.suffix != ".zip" or target.exists() or not target.parent.is_dir():
            raise CommandError(f"Give a new file that ends with .zip, in a folder that exists: {target} is none.")
        asked = Asked(
            since=_moment(options["since"]),
            until=_moment(options["until"]),
            types=tuple(options["type"]),
            call_id=options["call"],
            **{word: options[word] for word in _WORDS},
        )
        formats = options["format"] or ["jsonl"]
        signer, name = trail_signer(), str(uuid.uuid4())
        by = f"{getpass.getuser()} at the command line"
        export_asked(actor=by, export=name, formats=formats, asked=asked_told(asked))
        try:
            made = make_pack(
                asked=asked,
                formats=formats,
                checkpoint=newest_checkpoint(),
                folder=target.with_name(f"{target.name}.parts"),
                target=target,
                signer=signer,
                version=VERSION,
                request=Request(export=name, asked_by=by, asked_at=timezone.now().isoformat()),
            )
        except NothingSealed:
            raise CommandError("Nothing is sealed yet. Run manage.py seal first.") from None
        except NotAsSealed as wrong:
            export_failed(actor=by, export=name, reason=str(wrong))
            raise CommandError(f"Nothing was exported: {wrong}. Run manage.py audit_verify.") from None
        except OSError as wrong:
            export_failed(actor=by, export=name, reason=wrong.strerror or "it cannot be written")
            raise CommandError(f"Nothing was exported: {target} cannot be written ({wrong.strerror}).") from None
        export_finished(actor=by, export=name, rows=made.rows, manifest=made.manifest)
        self.stdout.write(f"{made.rows} events written to {target}.")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no time. Write it as 2026-11-01 or 2026-11-01T08:00+08:00.") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
