"""Taking away the second factors of somebody who has lost them. They sign in by password and set up new ones."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from govern.identity.events import person_second_factors_reset
from govern.identity.people import PersonRefused
from govern.identity.session_limits import end_sessions
from govern.models import Person


@transaction.atomic
def reset_second_factors(*, person: Person, by: Person) -> int:
    """Removes them all, ends every session of the person, and leaves an event. Returns how many there were.

    From then on both count as one person when changes are approved, until an approved change confirms the person's sign-in code.

    Raises `PersonRefused`: nobody does this for themselves, and only a superuser for a superuser.
    """
    if person.pk == by.pk:
        raise PersonRefused(_("Remove your own on the page “Sign-in and security”."))
    if person.is_superuser and not by.is_superuser:
        raise PersonRefused(_("Only a superuser may change a superuser."))
    number, _rows = Authenticator.objects.filter(user=person).delete()
    if number:
        person.let_act(by)
        person.save(update_fields=["credentials_set_by", "credentials_in_doubt"])
        person_second_factors_reset(actor=by.username, username=person.username)
        end_sessions(person=person, by=by)
    return number
