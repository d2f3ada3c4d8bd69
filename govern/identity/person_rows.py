"""What makes a person that person is written through Govern, and not from a database shell.

The rows of people, of their second factors and of their linked identities are refused by the database
(`govern/guarantees/people.sql`) unless the transaction holds a proof for exactly what it writes. Saving or deleting such a
row with Django's models brings the proof along; `QuerySet.update` and `bulk_create` do not, and are refused to the application's role.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connections, models, router, transaction
from django.db.models.signals import pre_delete

from govern.identity.keyring import keyring
from govern.models import Person

GUARDED: tuple[type[models.Model], ...] = (Person, Authenticator, SocialAccount)
NOTED_AT_USE = frozenset({"last_login", "last_used_at", "date_joined"})
"""Columns that say when a row was made and last used. The database lets them be written without a proof."""

_FORESEE = "SELECT act, digest, moment FROM public.govern_foresee(%s, %s, %s)"
_GIVE = "SELECT set_config('govern.row_proofs', concat_ws(' ', current_setting('govern.row_proofs', true), %s), true)"


def connect() -> None:
    """Proves every save and deletion of these rows from now on. Connecting twice proves once."""
    for model in GUARDED:
        if not hasattr(model.save_base, "__wrapped__"):
            model.save_base = _proven(model.save_base)  # type: ignore[method-assign]
        pre_delete.connect(_prove_deletion, sender=model, dispatch_uid=f"prove_deletion_of_{model._meta.db_table}")


def _proven(save_base: Callable[..., None]) -> Callable[..., None]:
    """`Model.save_base` in a transaction that holds the proof of what it is going to write."""

    @wraps(save_base)
    def save(
        self: models.Model, *args: Any, using: str | None = None, update_fields: Any = None, **kwargs: Any
    ) -> None:
        using = using or router.db_for_write(type(self), instance=self)
        if update_fields is not None and NOTED_AT_USE.issuperset(update_fields):
            save_base(self, *args, using=using, update_fields=update_fields, **kwargs)
            return
        with transaction.atomic(using=using, savepoint=False):
            act, digest, moment = _foresee(self, using, update_fields)
            _give(using, self, act, digest, moment)
            save_base(self, *args, using=using, update_fields=update_fields, **kwargs)

    return save


def _prove_deletion(instance: models.Model, using: str, **_: Any) -> None:
    """Runs in the transaction of the deletion: Django collects first what hangs on the row."""
    _act, digest, moment = _foresee(instance, using, ())
    _give(using, instance, "delete", digest, moment)


def _foresee(row: models.Model, using: str, update_fields: Any) -> tuple[str, str, str]:
    """What the database will find when these fields of a row have been written: insert or update, the digest, the transaction."""
    fields = [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key
        and (update_fields is None or field.name in update_fields or field.attname in update_fields)
    ]
    given = {field.column: getattr(row, field.attname) for field in fields}
    with connections[using].cursor() as cursor:
        cursor.execute(_FORESEE, [row._meta.db_table, row.pk, json.dumps(given, default=_plain)])
        act, digest, moment = cursor.fetchone()
    return act, digest, moment


def _give(using: str, row: models.Model, act: str, digest: str, moment: str) -> None:
    number = "-" if act == "insert" else str(row.pk)
    proof = keyring().prove("\n".join(("govern/row", row._meta.db_table, act, number, digest, moment)))
    with connections[using].cursor() as cursor:
        cursor.execute(_GIVE, [proof])


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
