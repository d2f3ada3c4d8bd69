"""``manage.py regression_report``: whether what is in force does with the texts of the regression corpus what was expected."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from audit.selectors.regression import open_corpus
from govern.changes.simulation.regression import effects_on
from govern.changes.simulation.revisions import read_sides
from govern.enforcement.regression import is_right


class Command(BaseCommand):
    """Prints figures by policy and guard; names cases, never texts."""

    help = "Say by policy which texts of the regression corpus the guards in force judge as was expected."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            corpus = open_corpus()
            effects = effects_on(corpus, read_sides(None)) if corpus.cases else []
        except OperationalError:
            self.stdout.write("regression corpus: no database answers; start Govern with `make up` to measure it")
            return
        right = Counter((e.policy, e.guard) for e in effects if is_right(e.expected, e.before))
        total = Counter((e.policy, e.guard) for e in effects)
        for policy, guard in sorted(total):
            of = f"{right[policy, guard]} right, {total[policy, guard] - right[policy, guard]} wrong"
            self.stdout.write(f"{policy}, {guard or 'all guards'}: {of}")
        for effect in effects:
            if not is_right(effect.expected, effect.before):
                self.stdout.write(f"  {effect.case}: {effect.expected} was expected, {effect.before} is done")
        self.stdout.write(
            f"regression corpus: {len(effects)} judged, {corpus.gone} whose text is gone, "
            f"{corpus.unrecorded} that the trail knows nothing of"
        )
