"""Second factors in the trail: set up, removed, used to confirm, and tried in vain."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from audit.trail.events import record_event
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
        _record("person.second_factor_added", user, authenticator)


def _removed(*, user: Person, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in COUNTED:
        _record("person.second_factor_removed", user, authenticator)


def _reset(*, user: Person, **_: Any) -> None:
    record_event(type="person.recovery_codes_made", actor=user.username, context={"username": user.username})


def _used(*, user: Person, authenticator: Authenticator, reauthenticated: bool, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _record("person.recovery_code_used", user, authenticator)
    elif reauthenticated:
        _record("person.confirmed", user, authenticator)


def _failed(*, user: Person, authenticator: Authenticator, **_: Any) -> None:
    record_event(
        type="person.second_factor_failed",
        actor=None,
        context={"username": user.username, "method": str(authenticator.type)},
    )


def _record(type_: str, person: Person, authenticator: Authenticator) -> None:
    record_event(
        type=type_, actor=person.username, context={"username": person.username, "method": str(authenticator.type)}
    )
