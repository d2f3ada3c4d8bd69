"""The register of queries."""

from collections.abc import Callable

from audit.evidence.answers import Answer
from audit.evidence.records import Records

Query = Callable[[Records], Answer | None]
QUERIES: dict[str, Query] = {}
"""Name → query."""


def query(function: Query) -> Query:
    """Registers a function under its name. Raises `ValueError` if that is taken."""
    name: str = function.__name__
    if name in QUERIES:
        raise ValueError(f"the query {name} is registered already")
    QUERIES[name] = function
    return function
