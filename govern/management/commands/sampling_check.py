"""``manage.py sampling_check``: draws every sample again, and names those that do not come out the same."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.models import SampleDraw
from audit.selectors.sampling import differing_draws

_WHY = {
    "gone": "its events or its checkpoint are no longer there",
    "population": "the week has other calls, or another checkpoint is the first after it",
    "calls": "other calls come out",
}


class Command(BaseCommand):
    """Ends with 1 if a draw does not come out the same."""

    help = "Draw the calls of every sampling review again from the trail, and name draws that come out otherwise."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        differing = 0
        for made, why in differing_draws():
            self.stdout.write(f"{made}: {_WHY[why]}")
            differing += why != "gone"
        self.stdout.write(f"{SampleDraw.objects.count()} draws, {differing} come out otherwise")
        if differing:
            raise SystemExit(1)
