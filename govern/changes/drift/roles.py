"""The roles that people hold, against the memberships in force."""

from govern.models import Membership, Person


def changed_roles() -> list[str]:
    """`membership/USERNAME` of people who hold other roles than what is in force gives them."""
    given = {m.name: set(m.body.groups) for m in Membership.objects.in_force() if m.body}
    held = {
        person.username: {group.name for group in person.groups.all()}
        for person in Person.objects.prefetch_related("groups")
    }
    return [f"membership/{name}" for name in sorted(held) if held[name] != given.get(name, set())]
