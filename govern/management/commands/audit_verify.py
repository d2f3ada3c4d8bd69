"""Verify the trail: `manage.py audit_verify [--json] [--checkpoint FILE]`."""

import contextlib
import getpass
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils.translation import gettext as _

from audit.retention.statements import BadStatement, dropped_months
from audit.trail.events import record_event
from audit.verification.trail import verify_trail
from audit.verification.verify import DoesNotHold, Unreadable, check_pack
from govern.identity.sealing_key import trail_public_keys


class Command(BaseCommand):
    """Exit status 0 when the trail is complete and as sealed, 1 when it has a fault. Calls that are running are no fault."""

    help = (
        "Check that every call in the audit trail has one intent and one outcome, and that no sealed event was changed."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument(
            "--checkpoint",
            metavar="FILE",
            action="append",
            default=[],
            help="a checkpoint that was kept outside the database: the trail must have grown out of it; may be repeated",
        )
        parser.add_argument("--pack", metavar="FILE", help="verify an exported pack instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pack"]:
            self._verify_pack(Path(options["pack"]))
            return
        report = verify_trail(trail_public_keys(), [_kept(name) for name in options["checkpoint"]])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            verdict = (
                _("The trail is complete and unchanged.")
                if report.ok
                else _("The trail has a fault: %s.") % report.first_fault
            )
            self.stdout.write(verdict)
            self.stdout.write(_("intents    %12d") % report.intents)
            self.stdout.write(_("outcomes   %12d") % report.outcomes)
            self.stdout.write(_("in flight  %12d") % report.in_flight)
            if report.in_flight_oldest_s is not None:
                self.stdout.write(_("  oldest   %12d s") % report.in_flight_oldest_s)
            self.stdout.write(_("orphans    %12d") % report.orphans)
            self.stdout.write(_("sealed     %12d") % report.sealed)
            self.stdout.write(_("anchored   %12d") % report.anchored)
            if report.dropped:
                self.stdout.write(_("dropped    %12d") % report.dropped)
            for month in _dropped():
                self.stdout.write(month)
        try:
            record_event(type="trail.verified", actor=getpass.getuser(), context=report.as_json())
        except ProgrammingError:
            self.stderr.write(_("The verification is not in the trail: this database role may only read."))
        if not report.ok:
            raise SystemExit(1)

    def _verify_pack(self, pack: Path) -> None:
        try:
            checked = check_pack(pack, trail_public_keys())
        except (DoesNotHold, Unreadable, OSError) as problem:
            raise CommandError(str(problem)) from None
        if checked.problems:
            raise CommandError("\n".join(checked.problems))
        self.stdout.write(_("The pack holds: %d events.") % checked.rows)


def _dropped() -> list[str]:
    """A line for each month that was dropped; none where what says so is not as it was signed."""
    with contextlib.suppress(BadStatement):
        return [
            _("  %(month)s    %(events)12d  by %(rule)s (%(days)s days, revision %(revision)s), approved by %(people)s")
            % {
                "month": each.month, "events": each.events, "rule": each.rule, "days": each.days, "revision": each.revision,
                "people": ", ".join(each.approved_by),
            }
            for each in dropped_months(trail_public_keys())
        ]  # fmt: skip
    return []


def _kept(name: str) -> str:
    """The text of a checkpoint in a file. Raises `CommandError`."""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The checkpoint {name} cannot be read: {error}.", returncode=2) from None
