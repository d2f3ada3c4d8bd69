"""``manage.py guard_report FILE``: whether guards do with reported texts what was expected of them. Needs a database only to keep."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.services.regression import CaseRefused, keep_report
from govern.enforcement import GuardPolicyBody
from govern.enforcement.baseline import BASELINE
from govern.enforcement.reports import Judged, Refused, judge_reports
from govern.keeping.standing import full_days_in_force
from govern.management.guard_policy import compiled, read_policy
from govern.models import Person


class Command(BaseCommand):
    help = "Says which reported texts the guards judge as was expected, by policy and guard; names ids and never texts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help='JSON lines of {"id", "text", "expected"} and, if need be, "guard", "role", "call" and "note"; '
            "expected is allow, flag, redact, block or found",
        )
        parser.add_argument(
            "--policy",
            type=Path,
            action="append",
            default=[],
            help="a guard policy body as JSON or YAML instead of the baseline that ships; several times for several",
        )

        parser.add_argument("--keep", action="store_true", help="keep them in the regression corpus, sealed")
        parser.add_argument("--by", metavar="USER", help="who keeps them, by their user name; only with --keep")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _keeper(options["by"]) if options["keep"] else None
        try:
            lines = options["file"].read_bytes().splitlines()
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from None
        wrong = refused = 0
        for body in [read_policy(path) for path in options["policy"]] or [BASELINE]:
            of_one = self._judge(body, lines, actor)
            wrong, refused = wrong + of_one[0], refused + of_one[1]
        if refused:
            raise CommandError(f"{refused} lines are no reports; the others were judged.")
        if wrong:
            raise SystemExit(1)

    def _judge(self, body: GuardPolicyBody, lines: list[bytes], actor: str | None) -> tuple[int, int]:
        """How many are judged otherwise than was expected, and how many lines are no reports."""
        guards = {guard.name or str(guard.__struct_config__.tag) for guard in body.guards}
        results = list(judge_reports(lines, compiled(body), guards))
        judged = [result for result in results if isinstance(result, Judged)]
        right, total = Counter(each.guard for each in judged if each.right), Counter(each.guard for each in judged)
        for guard in sorted(total):
            of = f"{right[guard]} right, {total[guard] - right[guard]} wrong"
            self.stdout.write(f"{body.name}, {guard or 'all guards'}: {of}")
        for each in judged:
            if not each.right:
                self.stdout.write(f"  {each.id}: {each.expected} was expected, {each.done} is done")
        refused = [result for result in results if isinstance(result, Refused)]
        for line in refused:
            self.stderr.write(f"line {line.line}: {line.why}")
        if actor is not None:
            self._keep(body.name, judged, actor)
        return sum(not each.right for each in judged), len(refused)

    def _keep(self, policy: str, judged: list[Judged], actor: str) -> None:
        days, kept = full_days_in_force(), 0
        for each in judged:
            report = each.report
            try:
                keep_report(
                    policy=policy,
                    guard=report.guard,
                    expected=report.expected,
                    role=report.role,
                    text=report.text,
                    reported_as=report.id,
                    call=report.call,
                    keep_days=days,
                    actor=actor,
                )
            except CaseRefused as why:
                self.stderr.write(f"{report.id} is not kept: {why}")
            else:
                kept += 1
        self.stdout.write(f"{policy}: {kept} of {len(judged)} stand in the regression corpus")


def _keeper(name: str | None) -> str:
    """Who may keep cases: whoever may work violations. Raises `CommandError`."""
    person = Person.objects.filter(username=name or "", is_active=True).first()
    if person is None or not person.has_perm("audit.change_violation"):
        raise CommandError("--keep needs --by USER, somebody who may work violations.")
    return person.username
