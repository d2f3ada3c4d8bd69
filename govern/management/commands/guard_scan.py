"""``manage.py guard_scan FILE --out FILE``: what the guards see in each text of a file. Needs no database."""

from __future__ import annotations

import gc
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from govern.enforcement.baseline import BASELINE
from govern.enforcement.file_scan import Unreadable, scan_lines
from govern.management.guard_policy import compiled, read_policy


class Command(BaseCommand):
    help = 'Runs the guards of a policy over a file with one {"text": …} a line and writes one verdict a line.'
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines; each object has a text and may have a role (user)")
        parser.add_argument("--out", type=Path, required=True, help="where the verdicts go, one a line")
        parser.add_argument(
            "--policy", type=Path, help="a guard policy body as JSON or YAML instead of the baseline that ships"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        enforcement = compiled(read_policy(options["policy"]) if options["policy"] else BASELINE)
        lines = unreadable = 0
        started = time.perf_counter()
        gc.freeze()
        encoder = msgspec.json.Encoder()
        try:
            with options["file"].open("rb") as source, options["out"].open("wb") as target:
                for result in scan_lines(source, enforcement):
                    target.write(encoder.encode(result) + b"\n")
                    lines += 1
                    unreadable += isinstance(result, Unreadable)
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from None
        elapsed = time.perf_counter() - started
        self.stderr.write(
            f"{lines} lines in {elapsed:.1f} s" + (f"; {unreadable} could not be read" if unreadable else "")
        )
        sys.stderr.flush()
