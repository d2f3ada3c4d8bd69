"""What somebody types who has the application's database role and psql, and nothing else of Govern."""

from typing import Any

import pytest
from django.db import Error, connection, transaction


def run(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one or more statements, in a transaction of their own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str, *parameters: Any) -> str:
    """What the database says to statements that it must refuse, deferred constraints included."""
    with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
    return str(error.value)
