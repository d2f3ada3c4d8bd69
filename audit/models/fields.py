"""Columns of PostgreSQL that Django has no field for."""

import json
from typing import Any

from django.db import models

from audit.trail.rows import storable_text

_HALF_PAIR = "\\ud"
"""How the escape of half a surrogate pair begins, in lower case."""


class ExactJSONField(models.Field):  # type: ignore[type-arg]  # Django has no such classes at run time
    """A column of type `json`: the document byte by byte (`jsonb` would reorder it). Read as Python values.

    PostgreSQL keeps documents that Python cannot read (nested too deeply, numbers of thousands of digits): those are read as their
    text, so that one row fails no list. Halves of surrogate pairs, which no page could be encoded with, are read as `?`.
    """

    def db_type(self, connection: Any) -> str:
        return "json"

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        # As text, or psycopg would decode it already and a document that is a string could not be told from one.
        return f"{sql}::text", params

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        try:
            found = json.loads(value)
            if _HALF_PAIR in value.lower():
                found = json.loads(storable_text(json.dumps(found, ensure_ascii=False)))
        except (ValueError, RecursionError):
            return value
        return found

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else json.dumps(value, ensure_ascii=False)


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # Django has no such classes at run time
    """A column of type `xid8`: the transaction that wrote the row, never reused. Read as text."""

    def db_type(self, connection: Any) -> str:
        return "xid8"
