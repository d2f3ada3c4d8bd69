"""The cast of the tests: Amy authors, Ben and Cara approve, Dan audits, Olive is the compliance officer, Eve is outside."""

from django.contrib.auth.models import Group

from govern.models import Person

GROUPS = {
    "amy": ("policy_author",),
    "ben": ("approver",),
    "cara": ("approver",),
    "dan": ("auditor",),
    "olive": ("compliance_officer", "platform_administrator"),
    "eve": (),
}


def person(name: str) -> Person:
    """One of the cast, with her groups; Eve may sign in but holds nothing."""
    found, created = Person.objects.get_or_create(
        username=name, defaults={"is_staff": True, "first_name": name.title()}
    )
    if created:
        found.set_password(name)
        found.save()
        found.groups.set(Group.objects.filter(name__in=GROUPS.get(name, ())))
    return found
