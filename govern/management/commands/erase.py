"""Erase what was said: `manage.py erase --approved NAME --by USER --reason TEXT [--end-user ID]`, or count it with `--dry-run`."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audit.trail.end_users import end_user_mark
from govern.keeping.erasing import EraseRefused, approved_erasure, check_names, erase, reach_of
from govern.models import Person
from govern.policy.keeping import Records


class Command(BaseCommand):
    """Erases nothing that others have not approved: what is erased, the erasure in force says."""

    help = (
        "Destroy the keys of stored prompts and answers that an approved erasure names. With --dry-run it counts what an erasure, or "
        "what the other options name, would reach, and says the marks of end users."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--approved", metavar="NAME", help="the erasure in force that says what is erased")
        parser.add_argument("--by", metavar="USER", help="who does it, by their user name")
        parser.add_argument("--reason", help="why, for the trail; without names")
        parser.add_argument(
            "--end-user",
            metavar="ID",
            action="append",
            default=[],
            help="an end user as they are called; finds records of applications that record names too; may be repeated",
        )
        parser.add_argument("--application", action="append", default=[], help="only with --dry-run; may be repeated")
        parser.add_argument("--from", dest="since", type=_moment, metavar="TIME", help="only with --dry-run; in UTC")
        parser.add_argument("--to", dest="until", type=_moment, metavar="TIME", help="only with --dry-run; in UTC")
        parser.add_argument("--dry-run", action="store_true", help="count, and erase nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._dry_run(options) if options["dry_run"] else self._erase(options)
        except (EraseRefused, ValueError) as refused:
            raise CommandError(str(refused)) from None

    def _dry_run(self, options: dict[str, Any]) -> None:
        names = options["end_user"]
        for name in names:
            self.stdout.write(_("mark of an end user given: %s") % end_user_mark(name))
        if options["approved"]:
            records = approved_erasure(options["approved"]).body.records
            check_names(records, names)
        else:
            records = Records(
                applications=tuple(options["application"]),
                end_users=tuple(map(end_user_mark, names)),
                since=options["since"],
                until=options["until"],
            )
        reach = reach_of(records, names)
        self.stdout.write(_("would erase %(payloads)s texts of %(calls)s calls") % _counts(reach))
        if reach.held:
            self.stdout.write(_("held, so that nothing would be erased: %s") % ", ".join(reach.held))
        self._say_what_stays(reach.named)

    def _erase(self, options: dict[str, Any]) -> None:
        missing = [name for name in ("approved", "by", "reason") if not options[name]]
        if missing:
            raise CommandError(_("give --%s, or --dry-run to count only") % ", --".join(missing))
        if options["application"] or options["since"] or options["until"]:
            raise CommandError(_("what is erased, the approved erasure says: leave --application, --from and --to out"))
        person = Person.objects.filter(username=options["by"], is_active=True).first()
        if person is None or not person.has_perm("govern.propose_change"):
            raise CommandError(_("%s is nobody who may propose changes") % options["by"])
        reach = erase(
            approved_erasure(options["approved"]),
            names=options["end_user"],
            actor=options["by"],
            reason=options["reason"],
        )
        self.stdout.write(_("erased %(payloads)s texts of %(calls)s calls") % _counts(reach))
        self._say_what_stays(reach.named)

    def _say_what_stays(self, named: int) -> None:
        if named:
            self.stdout.write(
                _("%s events name the person as they are called: they stay until retention drops their month") % named
            )


def _counts(reach: Any) -> dict[str, int]:
    return {"payloads": reach.payloads, "calls": reach.calls}


def _moment(text: str) -> datetime:
    """A time of ISO 8601; UTC where it says no zone. Raises `ValueError`."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
