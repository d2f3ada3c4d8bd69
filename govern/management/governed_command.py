"""Commands that read what is in force."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from govern.admin.not_as_signed import cure, what_differs
from govern.policy.contents import NotAsSigned


class GovernedCommand(BaseCommand):
    """Refuses with a sentence, and exit code 1, when what is stored is not what was signed."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except NotAsSigned as error:
            raise CommandError(f"{what_differs(error)} {cure(error)}") from None
