"""Nothing waits for a lock without end: a session that holds one from a database shell must not stop the house.

Set for every connection of the application; the owner's (migrations) wait as long as it takes.
"""

from typing import Any

from django.db import OperationalError
from django.db.backends.signals import connection_created

LOCK_TIMEOUT_MS = 5_000
_LOCK_NOT_AVAILABLE = "55P03"
_ENDED = "57P01"  # by the kill switch, which needed what this session held


def connect() -> None:
    """Limits the waiting of every connection made from now on."""
    connection_created.connect(_limit, dispatch_uid="limit_waiting")


def gave_up_waiting(error: BaseException | None) -> bool:
    """Whether a statement failed because others hold what it needs, so that it may be tried again."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in {
        _LOCK_NOT_AVAILABLE,
        _ENDED,
    }


def _limit(connection: Any, **_: Any) -> None:
    if connection.vendor == "postgresql" and connection.settings_dict["USER"] != "govern_owner":
        connection.connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
