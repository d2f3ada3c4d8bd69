"""Calling the database functions that put something in force; nothing else can."""

from typing import Any

from django.db import Error, connection, transaction
from django.utils.translation import gettext as _

from govern.changes.locking import busy
from govern.changes.refused import ChangeRefused
from govern.database_timeouts import gave_up_waiting

_MOVED = (
    "40001",
    "23505",
)  # what is in force is not what the caller thought: said by the function, or by the number of the revision


def call_door(function: str, *arguments: Any) -> Any:
    """Calls one of the functions of `govern/guarantees/doors.sql`. Raises `ChangeRefused` with what the database said."""
    places = ", ".join(["%s"] * len(arguments))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}({places})", arguments)
            return cursor.fetchone()[0]
    except Error as error:
        if gave_up_waiting(error):
            raise busy() from None
        cause = error.__cause__
        said = getattr(getattr(cause, "diag", None), "message_primary", None)
        if said is None:
            raise
        code = "conflict" if getattr(cause, "sqlstate", "") in _MOVED else "refused"
        raise ChangeRefused(code, _("The database refused: %(said)s") % {"said": said}) from None
