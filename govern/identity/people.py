"""People: who may sign in, and which roles they hold. Each change leaves an event in its own transaction."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from audit.trail.events import record_event
from govern.models import Person


class PersonRefused(ValueError):
    """A person cannot be changed so: says why."""


@transaction.atomic
def create_person(
    *, username: str, first_name: str, last_name: str, email: str, password: str, groups: Collection[Group], by: Person
) -> Person:
    """Creates somebody who may sign in to the admin. The password must have passed the validators."""
    person = Person.objects.create_user(
        username=username, email=email, password=password, first_name=first_name, last_name=last_name, is_staff=True
    )
    record_event(type="person.created", actor=by.username, context={"username": person.username})
    if groups:
        _set_groups(person, groups, by)
    return person


@transaction.atomic
def change_person(
    *,
    person: Person,
    first_name: str,
    last_name: str,
    email: str,
    is_active: bool,
    groups: Collection[Group],
    password: str = "",
    by: Person,
) -> Person:
    """Changes a person; an empty password leaves theirs. Raises `PersonRefused`."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    moved = set(groups) != set(locked.groups.all())
    if locked.pk == by.pk and (moved or not is_active):
        raise PersonRefused(_("Nobody changes their own roles or locks themselves out. Ask another administrator."))
    if locked.is_superuser and not by.is_superuser:
        raise PersonRefused(_("Only a superuser may change a superuser."))
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    was_active, locked.is_active = locked.is_active, is_active
    if password:
        locked.set_password(password)
    locked.save()
    if moved:
        _set_groups(locked, groups, by)
    if was_active != is_active:
        _record("person.activated" if is_active else "person.deactivated", locked, by)
    if password:
        _record("person.password_set", locked, by)
    return locked


def _set_groups(person: Person, groups: Collection[Group], by: Person) -> None:
    person.groups.set(groups)
    names = sorted(group.name for group in groups)
    record_event(
        type="person.groups_changed",
        actor=by.username,
        context={"username": person.username, "groups": ", ".join(names) or "–"},
    )


def _record(type_: str, person: Person, by: Person) -> None:
    record_event(type=type_, actor=by.username, context={"username": person.username})
