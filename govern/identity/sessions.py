"""Sessions in the database from which nobody can take one over.

The cookie holds a key, the database only its digest, and what a session holds is signed for that very key: whoever reads the table learns
no cookie, and whoever writes to it cannot give their own session what another's holds.
"""

import hashlib
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

_MARK = "."
_LENGTH = 40  # of the column


def stored_key(session_key: str | None) -> str:
    """Under which name the database has a session: a digest, which is never a key that a cookie could hold."""
    digest = hashlib.sha256(f"govern session {session_key}".encode()).hexdigest()
    return (_MARK + digest)[:_LENGTH]


def _named(session_key: str) -> str:
    return session_key if session_key.startswith(_MARK) else stored_key(session_key)


def used_now(token: str, until: datetime) -> bool:
    """Whether a token of a session is used for the first time: True once, whatever else reads and writes the session meanwhile.

    The mark is a row of the table of sessions under a name that no key leads to, and is cleared away with those that have ended.
    """
    digest = hashlib.sha256(f"govern used {token}".encode()).hexdigest()
    _row, first = Session.objects.get_or_create(
        session_key=f"{_MARK}used{digest}"[:_LENGTH], defaults={"session_data": "", "expire_date": until}
    )
    return first


def connect() -> None:
    """The list of where people are signed in has names of sessions, never keys. Connecting twice changes nothing more."""
    field: Any = UserSession._meta.get_field("session_key")
    field.get_prep_value = lambda value: value if value is None else _named(str(value))
    UserSession.purge = _purge


def _purge(listed: UserSession) -> bool:
    """Takes a session off the list that has ended; whether it had. Whose it is cannot be read from its name, as allauth does from a key."""
    there = Session.objects.filter(session_key=_named(listed.session_key), expire_date__gt=timezone.now()).exists()
    if not there:
        listed.delete()
    return not there


class SessionStore(db.SessionStore):
    """Django's sessions in the database, under digests. To load one takes its key; to look whether it is there, or end it, its name."""

    @property
    def key_salt(self) -> str:
        """What the signature of the content is bound to."""
        return f"govern.identity.sessions.{self.session_key}"

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = self._stored().first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> Session | None:
        row: Session | None = await self._stored().afirst()
        if row is None:
            self._session_key = None
        return row

    def _stored(self) -> QuerySet[Session]:
        return Session.objects.filter(session_key=stored_key(self.session_key), expire_date__gt=timezone.now())

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session, by its key or its name."""
        return bool(super().exists(_named(session_key)))

    async def aexists(self, session_key: str) -> bool:
        """The same for asynchronous views."""
        return bool(await super().aexists(_named(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session."""
        return self._under_its_name(super().create_model_instance(data))

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        """The same for asynchronous views."""
        return self._under_its_name(await super().acreate_model_instance(data))

    def _under_its_name(self, row: Any) -> Session:
        row.session_key = stored_key(self.session_key)
        found: Session = row
        return found

    def delete(self, session_key: str | None = None) -> None:
        """Ends a session, by its key or its name: this one, if none is named."""
        super().delete(_named(session_key) if session_key else stored_key(self.session_key))

    async def adelete(self, session_key: str | None = None) -> None:
        """The same for asynchronous views."""
        await super().adelete(_named(session_key) if session_key else stored_key(self.session_key))
