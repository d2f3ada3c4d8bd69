"""Identities of the organisation, and whose they are here.

Whoever may do more than look links their own: signed in with Govern's password and second factor, they go to the identity provider and come
back. An address that the provider vouches for is enough only for people whose roles let them do nothing; if they are given more later, the
link does not count until they have confirmed it in the same way.
"""

import logging
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from govern.identity.events import person_linked, person_linked_own
from govern.models import Person

BY_ADDRESS, BY_PERSON = "address", "person"
"""What a linked account says of how it was linked. One that says neither counts as linked by address."""
IN_DOUBT = "govern.linked_by_address"
"""Session key: the person came in through a link by address."""

logger = logging.getLogger(__name__)


def may_act(person: Person) -> bool:
    """Whether a role, or being superuser, lets a person do more than look. Reads their permissions as they are now."""
    held = Person.objects.get(pk=person.pk)
    return held.is_superuser or any(
        not name.partition(".")[2].startswith("view_") for name in held.get_all_permissions()
    )


def is_linked_by_address(account: SocialAccount) -> bool:
    """Whether nobody but the identity provider says that this is the person."""
    said = account.extra_data
    return not (isinstance(said, dict) and said.get("linked_by") == BY_PERSON)


def is_known_to(issuer: str, person: Person) -> bool:
    """Whether an identity of this issuer is theirs already: another with the same address is another person's, who got it after them."""
    return SocialAccount.objects.filter(user=person, extra_data__issuer=issuer).exists()


def counts(account: SocialAccount) -> bool:
    """Whether a linked account lets its person in."""
    return account.user.is_active and not (is_linked_by_address(account) and may_act(account.user))


@transaction.atomic
def link_by_address(account: SocialAccount, person: Person, provider: str) -> bool:
    """Links an identity to a person who has just signed in with it; False if they may do more than look by now."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if not locked.is_active or may_act(locked) or is_known_to(account.extra_data.get("issuer", ""), locked):
        return False
    _save(account, locked, BY_ADDRESS, provider)
    return True


@transaction.atomic
def link_by_person(account: SocialAccount, person: Person, provider: str) -> None:
    """Links an identity to the person who proved to be themselves here. Their links by address alone end."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    for other in SocialAccount.objects.filter(user=locked, provider=account.provider).exclude(uid=account.uid):
        if is_linked_by_address(other):
            other.delete()
    _save(account, locked, BY_PERSON, provider)


def _save(account: SocialAccount, person: Person, how: str, provider: str) -> None:
    account.user, account.extra_data = person, {"issuer": account.extra_data.get("issuer", ""), "linked_by": how}
    account.save()
    linked = person_linked if how == BY_ADDRESS else person_linked_own
    linked(actor=person.username, username=person.username, provider=provider)
    transaction.on_commit(lambda: _tell(person, provider))


def _tell(person: Person, provider: str) -> None:
    """Sends the person a word, where mail is set up: whoever did not do it should know."""
    if not settings.EMAIL_IS_CONFIGURED or not person.email:
        return
    text = _(
        "An account at %(provider)s signs in to Govern as %(name)s from now on. If that was not you, tell an administrator at once."
    ) % {"provider": provider, "name": person.username}
    try:
        send_mail(_("Your account in Govern"), f"{text}\n", None, [person.email])
    except OSError as error:
        logger.warning("A notice of a linked account was not sent (%s).", type(error).__name__)


def connect() -> None:
    """Begins to link who has come in, once every step of signing in is done. Connecting twice links once."""
    user_logged_in.connect(_signed_in, dispatch_uid="govern.linked")


def _signed_in(*, request: HttpRequest | None, user: Person, sociallogin: SocialLogin | None = None, **_: Any) -> None:
    if sociallogin is None or request is None:
        return
    account = sociallogin.account
    if account.pk is None:
        link_by_address(account, user, sociallogin.provider.name)
    if is_linked_by_address(account):
        request.session[IN_DOUBT] = True
