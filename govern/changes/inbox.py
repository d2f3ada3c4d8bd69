"""Which change requests wait for whom, and how far each is: for lists, in as few queries at many rows as at one."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from govern.changes.approvals import Requirement
from govern.models import ChangeRequest, Person
from govern.models.change import ChangeRequestQuerySet

_COUNTS = """
NOT govern_is_behind(govern_changerequest.id, %s) AND EXISTS (
    SELECT FROM govern_approval_progress(govern_changerequest.id) needed
    JOIN auth_group g ON g.name = ANY (needed.groups)
    JOIN govern_person_groups held ON held.group_id = g.id AND held.person_id = %s
    WHERE govern_changerequest.state = 'emergency' OR cardinality(needed.given) < needed.quorum
)
"""


def awaiting_approval_of(person: Person) -> ChangeRequestQuerySet:
    """What waits for this very person: an approval of theirs would count for something that is still missing."""
    counts = RawSQL(_COUNTS, [person.pk, person.pk], output_field=BooleanField())  # noqa: S611 (the text is ours, the person a parameter)
    return ChangeRequest.objects.awaiting(person).filter(counts)


def progress_of(changes: Iterable[ChangeRequest]) -> dict[UUID, list[Requirement]]:
    """How far each of these changes is. One query."""
    found: dict[UUID, list[Requirement]] = {change.pk: [] for change in changes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, p.rule, p.quorum, p.groups, p.given FROM unnest(%s::uuid[]) c(id), "
            "LATERAL govern_approval_progress(c.id) p ORDER BY p.rule",
            [list(found)],
        )
        for change, rule, quorum, groups, given in cursor.fetchall():
            found[change].append(Requirement(rule, quorum, tuple(groups), tuple(given)))
    return found
