"""What the governance endpoints share: who may ask, and how a refusal looks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.trail.rows import storable_text
from govern.changes.refused import ChangeRefused
from govern.changes.submission import ChecksFailed
from govern.identity.oidc_tokens import OidcTokenAuthentication
from govern.models import Person

STATUS = {
    "self_approval": 403,
    "not_eligible": 403,
    "not_author": 403,
    "second_factor": 403,
    "busy": 503,
    "invalid_body": 400,
    "unknown_kind": 400,
    "unknown_verdict": 400,
    "reason_missing": 400,
    "comment_empty": 400,
    "checks_failed": 422,
}
"""Code of a refusal → HTTP status; every other one is a conflict with how things are now (409)."""


class BoundedJSONParser(JSONParser):
    """JSON that is nested as deeply as Python can read, at most. Whoever reads the body first gets the same answer."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The body is nested too deeply; flatten it.") from None


class GovernanceView(APIView):
    """For people only: a session, or a token of the organisation's issuer with a second factor. API keys open nothing here."""

    authentication_classes: ClassVar[list[Any]] = [OidcTokenAuthentication, SessionAuthentication]  # type: ignore[misc]
    permission_classes: ClassVar[list[Any]] = [IsAuthenticated]  # type: ignore[misc]
    parser_classes: ClassVar[list[Any]] = [BoundedJSONParser]  # type: ignore[misc]
    needs: ClassVar[dict[str, str]] = {}
    """HTTP method → the permission that it asks for."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses whoever lacks the permission of the method, and texts that no database column can hold."""
        super().initial(request, *args, **kwargs)
        refuse_unstorable({"path": kwargs, "query": dict(request.query_params.lists()), "body": request.data})
        needed = self.needs.get(request.method or "", "")
        if needed and not request.user.has_perm(needed):
            self.permission_denied(request, message=f"This needs the permission {needed}.", code="permission_missing")

    def handle_exception(self, exc: Exception) -> Response:
        """Every error in the same envelope as on the data plane."""
        if isinstance(exc, ChangeRefused):
            body: dict[str, Any] = {"message": exc.message, "type": "change_refused", "code": exc.code, "param": None}
            if isinstance(exc, ChecksFailed):
                body["checks"] = [check.told() for check in exc.checks]
            return Response({"error": body}, status=STATUS.get(exc.code, 409))
        response = super().handle_exception(exc)
        response.data = {"error": _envelope(exc)}
        return response


def refuse_unstorable(asked: Mapping[str, Any]) -> None:
    """Refuses NUL and halves of surrogate pairs wherever they stand, keys included. Raises `ValidationError`."""
    left: list[tuple[str, Any]] = [("", asked)]
    while left:
        place, value = left.pop()
        if isinstance(value, str) and value != storable_text(value):
            message = "It holds NUL or half of a surrogate pair (\\ud800 to \\udfff); leave that out."
            raise ValidationError({storable_text(place): message})
        if isinstance(value, Mapping):
            left += [(place, str(key)) for key in value]
            left += [(f"{place}.{key}".lstrip("."), item) for key, item in value.items()]
        elif isinstance(value, (list, tuple)):
            left += [(f"{place}[{index}]", item) for index, item in enumerate(value)]


def _envelope(exc: Exception) -> dict[str, Any]:
    if isinstance(exc, ValidationError):
        place, message = _first(exc.detail)
        return {"message": message, "type": "invalid_request_error", "code": "invalid_request", "param": place or None}
    if isinstance(exc, Http404):
        message = "There is no such thing here; GET the list to see what there is."
        return {"message": message, "type": "invalid_request_error", "code": "not_found", "param": None}
    codes = exc.get_codes() if isinstance(exc, APIException) else "error"
    return {
        "message": str(exc),
        "type": "permission_error",
        "code": codes if isinstance(codes, str) else "error",
        "param": None,
    }


def _first(detail: Any, place: str = "") -> tuple[str, str]:
    """The first problem of a validation error, with where it is."""
    while isinstance(detail, (dict, list)) and detail:
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
            place = f"{place}.{name}".lstrip(".")
        else:
            index = next(i for i, entry in enumerate(detail) if entry)
            place = f"{place}[{index}]" if isinstance(detail[index], (dict, list)) else place
            detail = detail[index]
    return place, str(detail)


def person_of(request: Request) -> Person:
    """Who asks."""
    assert isinstance(request.user, Person)
    return request.user
