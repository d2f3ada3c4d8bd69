"""The roles that people hold, against the memberships in force."""

from govern.models import Governed, Membership, Person
from govern.policy.contents import NotAsSigned


def changed_roles() -> list[str]:
    """`membership/USERNAME` of people who hold other roles than what is in force gives them."""
    given = {m.name: _groups(m) for m in Membership.objects.in_force()}
    held = {
        person.username: {group.name for group in person.groups.all()}
        for person in Person.objects.prefetch_related("groups")
    }
    return [f"membership/{name}" for name in sorted(held) if held[name] != given.get(name, set())]


def _groups(membership: Governed) -> set[str]:
    """What a membership in force gives; one that is not as signed gives nothing, and is found as a changed version."""
    try:
        return set(membership.body.groups)
    except NotAsSigned:
        return set()
