"""What is shown when a page fails: somebody who holds a lock is not a fault of Govern, and passes."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error as fault

from govern.database_timeouts import gave_up_waiting


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with `retry-after` when a statement gave up waiting for a lock, else 500. Called by Django while it handles the exception."""
    if not gave_up_waiting(sys.exc_info()[1]):
        return fault(request)
    headers = {"retry-after": "5"}
    if request.path.startswith("/api/"):
        message = _("Somebody else holds what this needs in the database. Nothing was changed: try again in a moment.")
        error = {"message": message, "type": "change_refused", "code": "busy", "param": None}
        return JsonResponse({"error": error}, status=503, headers=headers)
    response = render(request, "503.html", status=503)
    response["retry-after"] = headers["retry-after"]
    return response
