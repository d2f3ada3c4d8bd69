"""What is shown when a page fails: what is no fault of Govern's says in words what happened and what to do, and is no 500."""

import sys
from typing import Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error as fault

from govern.admin.not_as_signed import told
from govern.database_timeouts import gave_up_waiting
from govern.policy.contents import NotAsSigned


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when a statement gave up waiting for a lock (with `retry-after`) and when what is stored is not what was signed; else 500.

    Called by Django while it handles the exception.
    """
    error = sys.exc_info()[1]
    if isinstance(error, DataError) and "govern_requirements" in str(error):  # the database reads approval rules itself
        error = NotAsSigned("unreadable", [])
    if isinstance(error, NotAsSigned):
        said = told(request, error)
        return _answer(request, "not_as_signed", f"{said.what} {said.cure}", "not_as_signed.html", {"said": said})
    if not gave_up_waiting(error):
        return fault(request)
    message = _("Somebody else holds what this needs in the database. Nothing was changed: try again in a moment.")
    response = _answer(request, "busy", message, "503.html", {})
    response["retry-after"] = "5"
    return response


def _answer(request: HttpRequest, code: str, message: str, page: str, context: dict[str, Any]) -> HttpResponse:
    if request.path.startswith("/api/"):
        error = {"message": message, "type": "change_refused", "code": code, "param": None}
        return JsonResponse({"error": error}, status=503)
    return render(request, page, context, status=503)
