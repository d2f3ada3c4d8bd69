"""Responses that are kept, by their id: `GET` and `DELETE /v1/responses/{id}`, `/cancel` and `/input_items`.

They belong to the application that asked for them; to any other they are as unknown as one that never was.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

import msgspec

from audit.payloads.storing import BACKGROUND
from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.background import states
from govern.gateway.background.looks import LOOK_EVERY_S
from govern.gateway.doors.answer_headers import EVENT_STREAM, JSON
from govern.gateway.doors.http import Answer, Request
from govern.gateway.receipts import digest_of, nonce_of, receipt_header
from govern.gateway.refusals import Refusal
from govern.gateway.responses.conversations import Stored
from govern.gateway.responses.prepared_responses import created_at, response_that
from routing.calls.requests import decode_object
from routing.wire.interface import PING
from routing.wire.responses.identifiers import call_of_response, response_id
from routing.wire.responses.listing import listed, page
from routing.wire.responses.replay import Replay

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot

Item = dict[str, Any]
UNFINISHED = ("queued", "in_progress")
_LOST = "The worker that ran this response ended before the answer did. What it cost is settled; ask again."


def unknown() -> Refusal:
    """The refusal of an id that is nothing to this application."""
    return Refusal(
        "invalid_request",
        "This application has no such response: it was not stored, was deleted, or is kept no longer.",
        param="response_id",
        status=404,
    )


async def retrieve(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`GET /v1/responses/{id}`: the response as it is now, or with `stream=true` its events until it ends."""
    query = parse_qs(request.query)
    call_id = _call_id(request)
    found = await _state(gateway, call_id, key.application_name)
    if found is None:
        raise unknown()
    if query.get("stream", [""])[-1].lower() != "true":
        answer = json_answer(found.response)
        if found.outcome:
            nonce = nonce_of(bytes.fromhex(call_id))
            answer.headers.append(receipt_header(bytes.fromhex(found.outcome), nonce, digest_of(answer.body)))
        return answer
    after = query.get("starting_after", ["-1"])[-1]
    if not after.removeprefix("-").isdecimal() or len(after) > 9:
        raise Refusal("invalid_request", "`starting_after` must be the number of an event.", param="starting_after")
    return followed(gateway, call_id, key.application_name, after=int(after))


async def delete(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`DELETE /v1/responses/{id}`: its keys are destroyed, so that nothing of it can be read again. One that still runs is stopped."""
    call_id, application = _call_id(request), key.application_name
    async with gateway.conversations.connection() as connection:
        if not await states.discard(connection, call_id, application):
            raise unknown()
    return json_answer({"id": response_id(call_id), "object": "response", "deleted": True})


async def cancel(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`POST /v1/responses/{id}/cancel`. One that runs is stopped within a second and paid as far as it came."""
    call_id, application = _call_id(request), key.application_name
    async with gateway.conversations.connection() as connection:
        progress = await states.find(connection, call_id, application)
        await states.cancel(connection, call_id, application)
    found = await response_now(gateway, call_id, application)
    if found is None:
        raise unknown()
    if progress is None:
        raise Refusal(
            "invalid_request", "Only a response with `background: true` can be cancelled.", param="response_id"
        )
    for _ in range(6):
        if found["status"] != "in_progress":
            break
        await asyncio.sleep(LOOK_EVERY_S)
        found = await response_now(gateway, call_id, application) or found
    return json_answer(found)


async def input_items(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    """`GET /v1/responses/{id}/input_items`: what the model read, newest first unless `order=asc`. Of what was refused, nothing."""
    call_id, application = _call_id(request), key.application_name
    stored = (await gateway.conversations.read([call_id], application)).get(call_id)
    if stored is None:
        if await response_now(gateway, call_id, application) is None:
            raise unknown()
        stored = Stored([])  # it has not been answered yet
    return json_answer(page(listed(stored.readable(), call_id), parse_qs(request.query)))


async def response_now(gateway: "Gateway", call_id: str, application: str) -> Item | None:
    """A response of an application as it is now; None if there is none. Raises `AuditUnavailable`."""
    found = await _state(gateway, call_id, application)
    return found.response if found is not None else None


class _State(NamedTuple):
    """A response as it is now. outcome: the event whose record names these bytes, of one that was answered in the background."""

    response: Item
    outcome: str = ""


async def _state(gateway: "Gateway", call_id: str, application: str) -> _State | None:
    async with gateway.conversations.connection() as connection:
        progress = await states.find(connection, call_id, application)
    stored = (await gateway.conversations.read([call_id], application)).get(call_id)
    if stored is not None and stored.response is not None:
        if progress is None:
            return _State(stored.response)
        return _State(created_at(stored.response, progress.created_s), stored.outcome)
    if progress is None:
        return None
    asked = (await gateway.conversations.open([call_id], BACKGROUND, application)).get(call_id)
    if asked is None and progress.state not in UNFINISHED:
        return None
    tree = decode_object(asked["body"].encode()) if asked is not None else {}
    if progress.state not in UNFINISHED:  # no guard ever read it
        tree = {"model": tree.get("model")}
    status = "failed" if progress.state == "completed" else progress.state
    error = {"code": "server_error", "message": _LOST} if status == "failed" else None
    return _State(response_that(call_id, tree, created_s=progress.created_s, status=status, error=error))


def followed(gateway: "Gateway", call_id: str, application: str, *, after: int = -1) -> Answer:
    """The events of a response from number `after` + 1 on, until it has ended."""
    headers = [
        (b"content-type", EVENT_STREAM.encode()),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
        (b"x-request-id", identifier_text(uuid7()).encode()),
    ]
    return Answer(200, headers, stream=_Followed(gateway, call_id, application, after), ping=PING)


class _Followed:
    """Looks at a response until it has ended. Whoever stops reading does not stop the response."""

    def __init__(self, gateway: "Gateway", call_id: str, application: str, after: int) -> None:
        self._gateway = gateway
        self._call_id = call_id
        self._application = application
        self._replay = Replay(after)
        self._events = self._run()

    def __aiter__(self) -> "_Followed":
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._events)

    async def aclose(self) -> None:
        """Ends it early."""
        await self._events.aclose()

    async def _run(self) -> AsyncGenerator[bytes, None]:
        while (response := await self._response()) is not None:  # it may be deleted
            if response["status"] not in UNFINISHED:
                yield self._replay.whole(response)
                return
            if events := self._replay.state(response):
                yield events
            await self._change(response["status"])

    async def _response(self) -> Item | None:
        while True:
            try:
                return await response_now(self._gateway, self._call_id, self._application)
            except AuditUnavailable:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _change(self, state: str) -> None:
        """Waits until it is in another state."""
        while True:
            with contextlib.suppress(AuditUnavailable):
                progress = await self._gateway.looks.next(self._call_id)
                if progress is None or progress.state != state:
                    return


def _call_id(request: Request) -> str:
    named = request.path.removeprefix("/v1/responses/").partition("/")[0]
    call_id = call_of_response(named)
    if call_id is None:
        raise unknown()
    return call_id


def json_answer(value: Any) -> Answer:
    """An object, with an id to ask about it by."""
    return Answer(200, [*JSON, (b"x-request-id", identifier_text(uuid7()).encode())], msgspec.json.encode(value))
