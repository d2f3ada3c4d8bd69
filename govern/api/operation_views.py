"""The operations endpoints for servers without the fast door."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from govern.gateway.doors.asgi_door import Endpoint
from govern.gateway.doors.http import Request
from govern.gateway.process.runtime import current_gateway, gateway_in_background, in_gateway_loop


def operation_view(endpoint: Endpoint) -> Callable[..., Any]:
    """A Django view around an operations endpoint."""

    async def view(request: HttpRequest) -> HttpResponse:
        async def no_body() -> bytes:
            return b""

        gateway = current_gateway() or gateway_in_background()
        asked = Request(request.method or "GET", request.path, "", {}, no_body)
        answer = await in_gateway_loop(gateway, endpoint(gateway, asked))
        response = HttpResponse(answer.body, status=answer.status)
        for name, value in answer.headers:
            response[name.decode()] = value.decode()
        return response

    return view
