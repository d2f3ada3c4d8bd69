"""Columns of PostgreSQL that Django has no field for."""

import json
from typing import Any

from django.db import models


class ExactJSONField(models.Field):  # type: ignore[type-arg]  # Django has no such classes at run time
    """A column of type `json`: the document byte by byte (`jsonb` would reorder it). Read as Python values."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        # As text, or psycopg would decode it already and a document that is a string could not be told from one.
        return f"{sql}::text", params

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else json.dumps(value, ensure_ascii=False)


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # Django has no such classes at run time
    """A column of type `xid8`: the transaction that wrote the row, never reused. Read as text."""

    def db_type(self, connection: Any) -> str:
        return "xid8"
