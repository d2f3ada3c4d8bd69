"""Who proposes what a command changes."""

from django.core.management.base import CommandError

from govern.models import Person


def author_named(username: str) -> Person:
    """The person of that name, who may propose changes. Raises `CommandError`."""
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no person {username}. Say who proposes: --as USERNAME.")
    if not person.has_perm("govern.propose_change"):
        raise CommandError(f"{username} may not propose changes. Ask for the role of a policy author.")
    return person
