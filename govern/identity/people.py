"""People: who may sign in. Each change leaves an event in its own transaction; roles change by change requests."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.trail.events import record_event
from govern.models import Person


class PersonRefused(ValueError):
    """A person cannot be changed so: says why."""


@transaction.atomic
def create_person(*, username: str, first_name: str, last_name: str, email: str, password: str, by: Person) -> Person:
    """Creates somebody who may sign in to the admin and holds no role. The password must have passed the validators."""
    person = Person.objects.create_user(
        username=username, email=email, password=password, first_name=first_name, last_name=last_name, is_staff=True
    )
    record_event(type="person.created", actor=by.username, context={"username": person.username})
    return person


@transaction.atomic
def change_person(
    *,
    person: Person,
    first_name: str,
    last_name: str,
    email: str,
    is_active: bool,
    password: str = "",
    by: Person,
) -> Person:
    """Changes a person; an empty password leaves theirs. Raises `PersonRefused`.

    With another's password or address somebody could sign in as them: from then on both count as one person when changes are approved,
    until an approved change has given the roles anew.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.pk == by.pk and not is_active:
        raise PersonRefused(_("Nobody locks themselves out. Ask another administrator."))
    if locked.is_superuser and not by.is_superuser:
        raise PersonRefused(_("Only a superuser may change a superuser."))
    moved = locked.email != email
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    was_active, locked.is_active = locked.is_active, is_active
    if password:
        locked.set_password(password)
    if (password or moved) and locked.pk != by.pk:
        locked.credentials_set_by = by
    locked.save()
    if was_active != is_active:
        _record("person.activated" if is_active else "person.deactivated", locked, by)
    if moved:
        _record("person.email_changed", locked, by)
    if password:
        _record("person.password_set", locked, by)
    return locked


def _record(type_: str, person: Person, by: Person) -> None:
    record_event(type=type_, actor=by.username, context={"username": person.username})
