"""Verify the trail: `manage.py audit_verify [--json] [--checkpoint FILE] [--anchor NAME]`."""

import contextlib
import getpass
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.anchors.addresses import ALL
from audit.anchors.interface import ConfiguredAnchor
from audit.retention.statements import BadStatement, dropped_months
from audit.verification.published import Published
from audit.verification.running import note_verification
from audit.verification.trail import verify_trail
from audit.verification.verify import DoesNotHold, Unreadable, check_pack
from govern.identity.sealing_key import trail_public_keys


class Command(BaseCommand):
    """Exit status 0 when the trail is complete and as sealed, 1 when it has a fault, 2 when an anchor could not be asked.

    Calls that are running are no fault.
    """

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
        parser.add_argument(
            "--anchor",
            metavar="NAME",
            action="append",
            default=[],
            help=f"fetch what this anchor of GOVERN_ANCHORS holds: the trail must have grown out of it; {ALL}: of every anchor",
        )
        parser.add_argument("--pack", metavar="FILE", help="verify an exported pack instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pack"]:
            self._verify_pack(Path(options["pack"]))
            return
        started_at = timezone.now()
        report = verify_trail(
            trail_public_keys(),
            [Published(_kept(name), name) for name in options["checkpoint"]],
            _anchors(options["anchor"]),
        )
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
            for anchor in report.anchors:
                self.stdout.write(
                    _("%(name)s: %(number)d checkpoints. %(problem)s")
                    % {"name": anchor.name, "number": anchor.checkpoints, "problem": anchor.problem}
                )
        try:
            note_verification(by=getpass.getuser(), report=report, started_at=started_at)
        except ProgrammingError:
            self.stderr.write(_("The verification is not in the trail: this database role may only read."))
        if not report.ok:
            raise SystemExit(1)
        if any(anchor.problem for anchor in report.anchors):
            raise SystemExit(2)

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


def _anchors(names: list[str]) -> list[ConfiguredAnchor]:
    """Raises `CommandError` for a name that the setting does not have."""
    known: dict[str, ConfiguredAnchor] = {anchor.name: anchor for anchor in settings.GOVERN_ANCHORS}
    if ALL in names:
        return list(known.values())
    for name in names:
        if name not in known:
            known_names = ", ".join(known) or "none"
            raise CommandError(f"There is no anchor {name!r}. GOVERN_ANCHORS has: {known_names}.", returncode=2)
    return [known[name] for name in dict.fromkeys(names)]


def _kept(name: str) -> str:
    """The text of a checkpoint in a file. Raises `CommandError`."""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The checkpoint {name} cannot be read: {error}.", returncode=2) from None
