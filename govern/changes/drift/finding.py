"""Every subject that is compared, and the places that differ."""

from collections.abc import Callable

from govern.changes.drift.accounts import changed_accounts
from govern.changes.drift.content import changed_versions
from govern.changes.drift.database import loosened_roles
from govern.changes.drift.keys import foreign_keys
from govern.changes.drift.manifest import changed_objects
from govern.changes.drift.people import changed_people
from govern.changes.drift.roles import changed_roles
from govern.models import Revision

SUBJECTS: tuple[Callable[[], list[str]], ...] = (
    changed_objects,
    changed_versions,
    changed_roles,
    changed_people,
    loosened_roles,
    foreign_keys,
    changed_accounts,
)
"""Each returns the places of its subject that differ, such as `budget/organisation`, a few queries however much there is."""


def find_drift() -> list[str]:
    """Places that differ from what was approved and proved, each once; empty when nothing does, or nothing is in force."""
    if not Revision.objects.exists():
        return []
    return list(dict.fromkeys(place for find in SUBJECTS for place in find()))
