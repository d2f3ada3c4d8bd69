"""What a change needs before it may come into force, as the database counts it."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from govern.models import ChangeRequest, Person


class Requirement(NamedTuple):
    """What one approval rule asks for. A rule without a name is the default where no rule speaks."""

    rule: str
    quorum: int
    groups: tuple[str, ...]
    given: tuple[str, ...] = ()
    """Usernames whose approvals count."""

    @property
    def is_met(self) -> bool:
        """Whether enough people approved."""
        return len(self.given) >= self.quorum


def requirements(kinds: Iterable[str], risk: str) -> list[Requirement]:
    """What the rules in force ask of a change of these kinds at this risk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, quorum, groups FROM govern_requirements(%s, %s)", [sorted(set(kinds)), risk])
        return [Requirement(rule, quorum, tuple(groups)) for rule, quorum, groups in cursor.fetchall()]


def progress(change: ChangeRequest) -> list[Requirement]:
    """How far a submitted change is. Counted anew on every call: who is still eligible may have changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rule, quorum, groups, given FROM govern_approval_progress(%s)", [change.pk])
        return [
            Requirement(rule, quorum, tuple(groups), tuple(given)) for rule, quorum, groups, given in cursor.fetchall()
        ]


def is_approved(change: ChangeRequest) -> bool:
    """Whether every requirement is met, and there is one."""
    found = progress(change)
    return bool(found) and all(requirement.is_met for requirement in found)


def eligible(groups: Iterable[str], *, without: Iterable[int]) -> list[Person]:
    """Who could approve for these groups: may sign in, holds one of them, and is not among `without`. Of people who count as one, the
    first."""
    people = Person.objects.filter(is_active=True, groups__name__in=tuple(groups)).exclude(pk__in=tuple(without))
    found: dict[int, Person] = {}
    for person in people.distinct().order_by("username"):
        found.setdefault(person.credentials_set_by_id or person.pk, person)
    return list(found.values())


def authors_of(change: ChangeRequest) -> set[int]:
    """Everybody who requested or wrote a part of a change."""
    return {
        change.requested_by_id,
        *change.authors.values_list("person_id", flat=True),
        *change.items.values_list("author_id", flat=True),
    }


def hands_in(change: ChangeRequest) -> set[int]:
    """Its authors, and everybody who counts as one of them because one set the other's password or second factor."""
    authors = authors_of(change)
    behind = Person.objects.filter(pk__in=authors, credentials_set_by__isnull=False)
    hands = authors | set(behind.values_list("credentials_set_by_id", flat=True))
    return hands | set(Person.objects.filter(credentials_set_by__in=hands).values_list("pk", flat=True))


def may_review(change: ChangeRequest, person: Person) -> bool:
    """Whether a person's approval would count for something that the change needs."""
    if person.pk in hands_in(change) or not person.is_active:
        return False
    held = set(person.groups.values_list("name", flat=True))
    return any(held & set(requirement.groups) for requirement in progress(change))
