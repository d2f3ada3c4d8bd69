"""Links between keyset pages."""

from django.http import HttpRequest


def following(request: HttpRequest, cursor: str | None) -> str | None:
    """The query that leads to the next page with the same filters; None at the end."""
    if cursor is None:
        return None
    query = request.GET.copy()
    query["after"] = cursor
    return query.urlencode()
