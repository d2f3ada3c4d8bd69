"""Between Django and the gateway: requests handed in, answers handed out, and what Django itself refuses, in the data plane's words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.defaults import bad_request as bad_page
from django.views.defaults import page_not_found
from rest_framework.views import APIView

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.arrival import refused
from govern.gateway.doors.asgi_door import Endpoint, too_large
from govern.gateway.doors.http import PING_S, Answer, EventStream, Request
from govern.gateway.doors.models import format_of
from govern.gateway.process.runtime import Gateway, current_gateway, gateway_in_background, in_gateway_loop
from govern.gateway.refusals import Refusal
from govern.gateway.streams.patience import end_task
from routing.wire.interface import DoorFormat


class DataPlaneView(APIView):
    """A governed endpoint. Callers are known by their API key, which the pipeline checks; sessions do not count here."""

    authentication_classes: ClassVar[list[Any]] = []  # type: ignore[misc]
    permission_classes: ClassVar[list[Any]] = []  # type: ignore[misc]
    endpoints: ClassVar[dict[str, Endpoint]] = {}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """An async view: Django awaits it in the server's loop."""
        del initkwargs

        async def view(request: HttpRequest, **_: Any) -> HttpResponseBase:
            return await cls.respond(request)

        view.cls = cls  # type: ignore[attr-defined]  # drf-spectacular finds the class and its docstrings here
        view.initkwargs = {}  # type: ignore[attr-defined]
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    @classmethod
    async def respond(cls, request: HttpRequest) -> HttpResponseBase:
        """Django's request in, Django's response out."""
        gateway = current_gateway() or gateway_in_background()
        endpoint = cls.endpoints.get(request.method or "")
        if endpoint is None:
            return cls.refuse(request, gateway)
        answer = await in_gateway_loop(gateway, endpoint(gateway, _neutral(request, gateway)))
        return _response(answer, gateway)

    @classmethod
    def refuse(cls, request: HttpRequest, gateway: Gateway) -> HttpResponseBase:
        """Says in the client's words that there is nothing."""
        refusal = cls.no_endpoint()
        response = _refused(request, gateway, refusal)
        if refusal.status == 405:
            response["allow"] = ", ".join(cls.endpoints)
        return response

    @classmethod
    def no_endpoint(cls) -> Refusal:
        """The refusal of a method that is not served."""
        return Refusal("invalid_request", f"Use {' or '.join(cls.endpoints)} here.", status=405)


class UnknownEndpointView(DataPlaneView):
    """Any other path of a provider's API, with Govern's prefix or without."""

    schema = None

    @classmethod
    def no_endpoint(cls) -> Refusal:
        """Says where the list of endpoints is."""
        return Refusal(
            "invalid_request",
            "There is no such endpoint. The base URL is this server's address, for OpenAI's clients with /v1 after it; "
            "see /api/docs/ for what it serves.",
            status=404,
        )


_KEYS = ("x-api-key", "x-goog-api-key", "anthropic-version")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Any other path: JSON for who shows a key of the data plane or speaks a provider's format, a page for people."""
    keyed = request.headers.get("authorization", "").lower().startswith("bearer ")
    if not request.path.startswith("/api/") and (keyed or any(name in request.headers for name in _KEYS)):
        return UnknownEndpointView.refuse(request, current_gateway() or gateway_in_background())
    return page_not_found(request, exception)


_PAGES = ("/admin/", "/account/", "/language/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What Django cannot take, a host that is not ours above all: JSON in the words of the door's format, a page where people are."""
    if request.path.startswith(_PAGES):
        return bad_page(request, exception)
    said = "The request cannot be read."
    if isinstance(exception, DisallowedHost):
        said = "Govern is not served under this host name. Use one that it is, or have the operator add it to GOVERN_ALLOWED_HOSTS."
    return _refused(request, current_gateway() or gateway_in_background(), Refusal("invalid_request", said))


def _refused(request: HttpRequest, gateway: Gateway, refusal: Refusal) -> HttpResponseBase:
    asked = _neutral(request, gateway)
    format_: DoorFormat = format_of(asked.path, asked.headers)
    return _response(refused(gateway, format_, refusal, identifier_text(uuid7()), None), gateway)


def _neutral(request: HttpRequest, gateway: Gateway) -> Request:
    async def read_body() -> bytes:
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > gateway.max_body_bytes:
            raise too_large(gateway.max_body_bytes)
        try:
            body: bytes = request.body
        except RequestDataTooBig:
            raise too_large(gateway.max_body_bytes) from None
        return body

    headers = {name.lower().encode(): value.encode("latin-1", "replace") for name, value in request.headers.items()}
    query, peer = request.META.get("QUERY_STRING", ""), request.META.get("REMOTE_ADDR") or ""
    return Request(request.method or "GET", request.path, query, headers, read_body, peer)


def _response(answer: Answer, gateway: Gateway) -> HttpResponseBase:
    response: HttpResponseBase
    if answer.stream is None:
        response = HttpResponse(answer.body, status=answer.status)
    else:
        response = StreamingHttpResponse(_in_this_loop(gateway, answer.stream, answer.ping), status=answer.status)
    for name, value in answer.headers:
        response[name.decode()] = value.decode()
    return response


async def _in_this_loop(gateway: Gateway, stream: EventStream, ping: bytes) -> AsyncIterator[bytes]:
    event: asyncio.Task[bytes] | None = None
    try:
        while True:
            event = asyncio.ensure_future(in_gateway_loop(gateway, _next(stream)))
            while not (await asyncio.wait({event}, timeout=PING_S))[0]:
                yield ping
            try:
                yield event.result()
            except StopAsyncIteration:
                return
    finally:
        if event is not None:
            await end_task(event)
        await in_gateway_loop(gateway, stream.aclose())


async def _next(stream: EventStream) -> bytes:
    return await anext(stream)
