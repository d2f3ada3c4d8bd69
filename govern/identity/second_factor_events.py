"""Second factors in the trail: set up, removed, used to confirm, and tried in vain."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from govern.identity.events import (
    person_confirmed,
    person_recovery_code_used,
    person_recovery_codes_made,
    person_second_factor_added,
    person_second_factor_failed,
    person_second_factor_removed,
)
from govern.identity.second_factor import COUNTED
from govern.models import Person


def connect() -> None:
    """Begins to record. Connecting twice records once."""
    signals.authenticator_added.connect(_added, dispatch_uid="govern.second_factor_added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="govern.second_factor_removed")
    signals.authenticator_reset.connect(_reset, dispatch_uid="govern.recovery_codes_made")
    signals.authenticator_used.connect(_used, dispatch_uid="govern.second_factor_used")
    signals.authentication_failed.connect(_failed, dispatch_uid="govern.second_factor_failed")


def _added(*, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in COUNTED:
        # Whoever sets a factor up has just given it: nothing is gained by asking for it again at once.
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
        person_second_factor_added(**_own(user, authenticator))


def _removed(*, user: Person, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in COUNTED:
        person_second_factor_removed(**_own(user, authenticator))


def _reset(*, user: Person, **_: Any) -> None:
    person_recovery_codes_made(actor=user.username, username=user.username)


def _used(*, user: Person, authenticator: Authenticator, reauthenticated: bool, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        person_recovery_code_used(**_own(user, authenticator))
    elif reauthenticated:
        person_confirmed(**_own(user, authenticator))


def _failed(*, user: Person, authenticator: Authenticator, **_: Any) -> None:
    person_second_factor_failed(username=user.username, method=str(authenticator.type))


def _own(person: Person, authenticator: Authenticator) -> dict[str, str]:
    return {"actor": person.username, "username": person.username, "method": str(authenticator.type)}
