"""Links with which people set their own password: at first, and when they have lost it. Nobody else types or learns it.

A link works once and for three days. It is stored nowhere: it is an HMAC over the person's row, under a key that is not in the database,
and stops working when the password is set, when another link is made, or when somebody confirms the person.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from govern.identity.events import person_invitation_accepted, person_invited
from govern.identity.people import PersonRefused
from govern.identity.session_limits import end_sessions
from govern.models import Person
from govern.public_address import public_address


class _Links(PasswordResetTokenGenerator):
    key_salt = "govern.identity.invitations"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return "\n".join(
            map(str, (user.pk, user.password, user.email, user.is_active, user.credentials_set_by_id, timestamp))
        )


_links = _Links()


@transaction.atomic
def invite(*, person: Person, by: Person, host: str = "") -> str:
    """Makes the link with which a person sets a new password, and the one they have useless. Returns its address. host: by which `by` came.

    Whoever makes it could use it. From then on both count as one person when changes are approved, until an approved change confirms the
    person's sign-in code. Raises `PersonRefused`.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.pk == by.pk:
        raise PersonRefused(_("Change your own password from the menu below your name."))
    if locked.is_superuser and not by.is_superuser:
        raise PersonRefused(_("Only a superuser may change a superuser."))
    if not locked.is_active:
        raise PersonRefused(_("They may not sign in. Let them sign in first."))
    locked.set_unusable_password()  # random each time: an older link stops working
    locked.let_act(by)
    locked.save(update_fields=["password", "credentials_set_by", "credentials_in_doubt"])
    person_invited(actor=by.username, username=locked.username)
    end_sessions(person=locked, by=by)
    path = reverse("account_invitation", args=[int_to_base36(locked.pk), _links.make_token(locked)])
    return f"{public_address(host)}{path}"


def send_invitation(*, person: Person, address: str) -> bool:
    """Sends the link to the person's e-mail address; whether that was possible. Nothing of it is kept, not even for another try."""
    if not settings.EMAIL_IS_CONFIGURED or not person.email:
        return False
    text = _("Set the password with which you sign in to Govern as %(name)s within three days:") % {
        "name": person.username
    }
    try:
        return bool(send_mail(_("Your account in Govern"), f"{text}\n\n{address}\n", None, [person.email]))
    except OSError:
        return False


def invited_person(number: str, token: str) -> Person | None:
    """Whom a link is for, if it works still."""
    try:
        person = Person.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return person if person is not None and _links.check_token(person, token) else None


@transaction.atomic
def accept_invitation(*, number: str, token: str, password: str) -> Person | None:
    """Sets the password that the person chose. Returns them, or None if the link does not work any more."""
    found = invited_person(number, token)
    person = found and Person.objects.select_for_update().get(pk=found.pk)
    if person is None or not _links.check_token(person, token):
        return None
    person.set_password(password)
    person.save(update_fields=["password"])
    person_invitation_accepted(actor=person.username, username=person.username)
    return person
