"""People: who may sign in. Each change leaves an event in its own transaction; roles change by change requests."""

from django.db import transaction
from django.utils.translation import gettext as _

from govern.identity.addresses import canonical_address
from govern.identity.events import person_activated, person_created, person_deactivated, person_email_changed
from govern.models import Person


class PersonRefused(ValueError):
    """A person cannot be changed so: says why."""


@transaction.atomic
def create_person(*, username: str, first_name: str, last_name: str, email: str, by: Person) -> Person:
    """Creates somebody who holds no role and cannot sign in yet: `invite` makes the link with which they set their own password.

    Whoever creates them counts as one person with them when changes are approved, until an approved change confirms their sign-in code.
    Raises `PersonRefused`.
    """
    _check_address(email, besides=None)
    person = Person(username=username, email=email, first_name=first_name, last_name=last_name, is_staff=True)
    person.set_unusable_password()
    person.let_act(by)
    person.save(force_insert=True)
    person_created(actor=by.username, username=person.username)
    return person


@transaction.atomic
def change_person(
    *,
    person: Person,
    first_name: str,
    last_name: str,
    email: str,
    is_active: bool,
    by: Person,
) -> Person:
    """Changes a person. Raises `PersonRefused`.

    With another's address somebody could sign in as them: from then on both count as one person when changes are approved, until an
    approved change confirms the person's sign-in code.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.pk == by.pk and not is_active:
        raise PersonRefused(_("Nobody locks themselves out. Ask another administrator."))
    if locked.is_superuser and not by.is_superuser:
        raise PersonRefused(_("Only a superuser may change a superuser."))
    moved = locked.email != email
    if is_active and email and (moved or not locked.is_active):
        _check_address(email, besides=locked)
    locked.first_name, locked.last_name, locked.email = first_name, last_name, email
    was_active, locked.is_active = locked.is_active, is_active
    if moved:
        locked.let_act(by)
    locked.save()
    if was_active != is_active:
        changed = person_activated if is_active else person_deactivated
        changed(actor=by.username, username=locked.username)
    if moved:
        person_email_changed(actor=by.username, username=locked.username)
    return locked


def _check_address(email: str, *, besides: Person | None) -> None:
    """Refuses an address that is not plain, or that somebody else who may sign in has, as `canonical_address` compares them."""
    if not email:
        return
    wanted = canonical_address(email)
    if wanted is None:
        raise PersonRefused(
            _("Write the e-mail address plainly: name@example.com, without quotes, blanks or special letters.")
        )
    others = Person.objects.filter(is_active=True).exclude(email="")
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if any(canonical_address(other) == wanted for other in others.values_list("email", flat=True)):
        raise PersonRefused(_("Somebody else has this e-mail address. Give each person their own."))
