"""What the queries of evidence packs answer today."""

from datetime import UTC, datetime, timedelta

from audit.evidence.answers import Answer
from audit.evidence.queries import QUERIES
from audit.evidence.records import Records, Span

BASE = "https://govern.example"


def today() -> Span:
    """Yesterday, today and tomorrow in UTC."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(midnight - timedelta(days=1), midnight + timedelta(days=2))


def asked(query: str, span: Span | None = None) -> Answer | None:
    """What a query answers today."""
    return QUERIES[query](Records(span or today(), None))


def figures(query: str) -> list[str]:
    """The values of its figures."""
    answer = asked(query)
    assert answer is not None
    return [figure.value for figure in answer.figures]


def rows(query: str) -> list[list[str]]:
    """The records that it shows, in words."""
    answer = asked(query)
    assert answer is not None
    assert answer.table is not None
    return [[cell.text for cell in row] for row in answer.table.rows]
