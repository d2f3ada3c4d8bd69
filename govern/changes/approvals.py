"""What a change needs before it may come into force, as the database counts it."""

from collections.abc import Collection, Iterable, Mapping
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
    """Who could approve for these groups: may sign in, holds one of them, nobody doubts whose account it is, and is not among `without`.
    Of people who count as one, the first."""
    people = Person.objects.filter(is_active=True, credentials_in_doubt=False, groups__name__in=tuple(groups))
    set_by = _set_by()
    found: dict[int, Person] = {}
    for person in people.exclude(pk__in=tuple(without)).distinct().order_by("username"):
        found.setdefault(_behind(person.pk, set_by), person)
    return list(found.values())


def authors_of(change: ChangeRequest) -> set[int]:
    """Everybody who requested or wrote a part of a change."""
    return {
        change.requested_by_id,
        *change.authors.values_list("person_id", flat=True),
        *change.items.values_list("author_id", flat=True),
    }


def hands_in(change: ChangeRequest) -> set[int]:
    """Its authors and whoever it confirms, and everybody who counts as one of them because one could act in the other's name.

    The database counts no approval of theirs either (`govern_is_behind`).
    """
    set_by = _set_by()
    confirmed = Person.objects.filter(
        pk__in=set_by, username__in=change.items.filter(kind="membership").values("object_name")
    )
    hands = authors_of(change) | set(confirmed.values_list("pk", flat=True))
    roots = {_behind(hand, set_by) for hand in hands}
    return hands | roots | {person for person in set_by if _behind(person, set_by) in roots}


def are_one(usernames: Collection[str]) -> bool:
    """Whether some of these people count as one, because one could act in another's name. Two queries."""
    set_by = _set_by()
    people = Person.objects.filter(username__in=usernames).values_list("pk", flat=True)
    return len({_behind(person, set_by) for person in people}) < len(people)


def _set_by() -> dict[int, int]:
    """Person → who could act in their name, for those of whom somebody could. One query."""
    marked = Person.objects.filter(credentials_set_by__isnull=False)
    return {person: other for person, other in marked.values_list("pk", "credentials_set_by_id") if other is not None}


def _behind(person: int, set_by: Mapping[int, int]) -> int:
    """Where the chain of people who could act in each other's name ends, as `govern_behind` finds it."""
    way = [person]
    while (following := set_by.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def may_review(change: ChangeRequest, person: Person) -> bool:
    """Whether a person's approval would count for something that the change needs."""
    if person.pk in hands_in(change) or not person.is_active or person.credentials_in_doubt:
        return False
    held = set(person.groups.values_list("name", flat=True))
    return any(held & set(requirement.groups) for requirement in progress(change))
