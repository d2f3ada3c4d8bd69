"""Taking hold of a change request for one step, so that two people never take the same step twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from govern.changes.refused import ChangeRefused
from govern.database_timeouts import gave_up_waiting
from govern.identity.write_proofs import prove_write
from govern.models import ChangeRequest, ChangeState, Person

IN_FORCE_LOCK = 0x676F7665726E
"""Advisory lock under which what is in force changes, by one at a time."""


def locked_change(change: ChangeRequest, *, by: Person | None) -> ChangeRequest:
    """The change request as it is now, locked until the transaction ends. Its steps are noted as `by`'s."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('govern.actor', %s, true)", [by.username if by else "system"])
    with _in_time():
        return ChangeRequest.objects.select_for_update().get(pk=change.pk)


def lock_what_is_in_force() -> None:
    """Waits until nobody else is changing what is in force, and keeps others waiting until the transaction ends.

    It spares people conflicts; what keeps two from changing it at once is the number of the revision. Raises `ChangeRefused` after
    `LOCK_TIMEOUT_MS`.
    """
    with _in_time(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IN_FORCE_LOCK])


def busy() -> ChangeRefused:
    """The refusal of a step that others kept waiting for too long."""
    return ChangeRefused(
        "busy", _("Somebody else is changing what this step needs. Nothing was changed: try again in a moment.")
    )


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if gave_up_waiting(error):
            raise busy() from None
        raise


def move_change(change: ChangeRequest, state: ChangeState, **fields: Any) -> None:
    """Takes a locked change to another state, as a step of whoever it was locked for, and saves it with `fields`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, current_setting('govern.actor') FROM govern_changerequest WHERE id = %s", [change.pk]
        )
        before, actor = cursor.fetchone()
    change.state = state
    for name, value in fields.items():
        setattr(change, name, value)
    prove_write("change.moved", change.pk, before, state, change.content_digest, actor)
    change.save()


def require_state(change: ChangeRequest, *states: str) -> None:
    """Raises `ChangeRefused` unless the change is in one of the states."""
    if change.state not in states:
        raise ChangeRefused(
            "wrong_state",
            _("%(change)s is in the state “%(state)s”; this cannot be done with it. Load the page again.")
            % {"change": change, "state": change.get_state_display()},
        )


def require_edition(change: ChangeRequest, edition: int) -> None:
    """Raises `ChangeRefused` if somebody edited the change since `edition` was read."""
    if change.edition != edition:
        raise ChangeRefused(
            "stale_edition",
            _(
                "Somebody edited %(change)s since you opened it. Your edit was not saved: load the page again and repeat it."
            )
            % {"change": change},
        )
