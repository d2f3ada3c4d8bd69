"""Words of an address's query, as every page may look them up: no list fails for what somebody types or pastes into one."""

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase, QueryDict

from audit.trail.rows import storable_text

LONGEST = 400
"""Characters of one word. No name, title or number is longer, and a page of text would be as many conditions as it has words."""


class StorableQueryMiddleware:
    """Replaces what no database column can hold (NUL, halves of surrogate pairs), and cuts what is longer than `LONGEST`."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Passes the request on, which may be awaited."""
        if request.META.get("QUERY_STRING") and request.path.startswith("/admin/"):
            request.GET = _storable(request.GET)  # type: ignore[assignment]
        return self._get_response(request)


def _storable(query: QueryDict) -> QueryDict:
    cleaned = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        cleaned.setlist(_word(name), [_word(value) for value in values])
    cleaned._mutable = False
    return cleaned


def _word(text: str) -> str:
    return storable_text(text[:LONGEST])
