"""One background response, run as a governed call like any other: by what is in force now, once, with an intent and an outcome.

Whoever cannot be answered finds out by asking for the response: it has failed with the code of the refusal, as the trail has it.
"""

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec

from audit.payloads.storing import BACKGROUND, CONVERSATION, Payload, erase_payloads, store_payloads
from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import identifier_text
from govern.gateway.arrival import new_call
from govern.gateway.background import states
from govern.gateway.callers.end_users import EndUser
from govern.gateway.closing import as_refusal, refuse
from govern.gateway.description import note_unread
from govern.gateway.doors.http import Request
from govern.gateway.pipeline import answer
from govern.gateway.records import rejected_entry
from govern.gateway.refusals import Refusal
from govern.gateway.responses.prepared_responses import PATH, BackgroundExchange, prepare_response, response_that
from govern.gateway.route import check_still_flows
from routing.calls.requests import decode_object

if TYPE_CHECKING:
    from govern.gateway.call import Call
    from govern.gateway.exchange import ChatExchange
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot
    from govern.gateway.responses.conversations import KeptConversation

END_AGAIN_AFTER_S = (1.0, 4.0, 10.0)
"""When the database is asked again to note an end that it could not. After that, the response is closed with the calls of its age."""
_WORKER_ENDED = (
    "The worker that ran this response was stopped before the answer came. What it cost is settled; ask again."
)


async def run(gateway: "Gateway", call_id: str) -> None:
    """Runs a queued response to its end. Raises `AuditUnavailable`: then it stays queued, or is closed later."""
    snapshot = gateway.snapshot
    if snapshot is None:
        raise AuditUnavailable("it is not known what is in force")
    async with gateway.conversations.connection() as connection:
        begun = await states.begin(connection, call_id, gateway.writer.instance)
    if begun is not None:
        await _Run(gateway, snapshot, call_id, *begun).to_the_end()


class _Run:
    """A response that this process has begun."""

    def __init__(
        self, gateway: "Gateway", snapshot: "Snapshot", call_id: str, application: str, key_id: str, created_s: int
    ) -> None:
        self._gateway = gateway
        self._snapshot = snapshot
        self._call_id = call_id
        self._application = application
        self._key_id = key_id
        self._created_s = created_s
        self._call: Call | None = None
        self._kept: KeptConversation | None = None
        self._model = ""

    async def to_the_end(self) -> None:
        """Answers it, unless it is stopped before, and notes how it ended."""
        answering = asyncio.create_task(self._answer())
        ending = asyncio.create_task(self._stopped())
        try:
            await asyncio.wait({answering, ending}, return_when=asyncio.FIRST_COMPLETED)
            why = ending.result() if ending.done() else None
        except asyncio.CancelledError:
            why = Refusal("internal_error", _WORKER_ENDED)
        ending.cancel()
        if not answering.done():
            if self._call is not None:
                self._call.ended_by, self._call.left_as = why, "cancelled"
            answering.cancel()
            await asyncio.wait([answering])
        await self._end(*self._outcome(answering, why))

    def _outcome(self, answering: "asyncio.Task[None]", why: Refusal | None) -> tuple[str, Refusal | None]:
        """The state in which it ended, and the refusal of one that failed."""
        call = self._call
        if call is not None and call.closed and call.evidence.code is None:
            return "completed", None  # stopped too late
        if answering.cancelled():
            return ("failed", why) if why is not None else ("cancelled", None)
        error = answering.exception()
        return "failed", as_refusal(error) if error is not None else None

    async def _answer(self) -> None:
        """The governed call. Raises `Refusal`, with an outcome in the trail."""
        gateway, snapshot = self._gateway, self._snapshot
        found = await gateway.conversations.open([self._call_id], BACKGROUND, self._application)
        asked = found.get(self._call_id)
        key = _key(snapshot, self._key_id, self._application)
        if asked is None:
            raise await self._rejected(key, Refusal("invalid_request", "What was asked is kept no longer. Ask again."))
        if key is None or key.application is None:
            refusal = Refusal(
                "invalid_api_key",
                "The key that asked for this response is not known any more, or its application was retired.",
            )
            raise await self._rejected(key, refusal)
        body = asked["body"].encode()
        said = {name.encode("latin-1"): value.encode("latin-1") for name, value in asked["headers"].items()}
        behind = msgspec.convert(asked["end_user"], EndUser) if asked.get("end_user") else None
        call = new_call(snapshot, key, Request("POST", PATH, "", said, _nothing, end_user=behind), None)
        call.id = bytes.fromhex(self._call_id)
        call.id_text = identifier_text(call.id)
        self._call = call
        try:
            exchange = await self._read(call, body)
        except BaseException as error:
            raise await refuse(gateway, call, error) from None
        await answer(gateway, call, exchange)

    async def _read(self, call: "Call", body: bytes) -> "ChatExchange":
        asked = decode_object(body)
        self._model = str(asked.get("model") or "")
        note_unread(call, self._model, len(body))
        reason = call.key.unusable(time.time())
        if reason is not None:
            raise Refusal("invalid_api_key", f"The key that asked for this response {reason} before it ran.")
        conversations = self._gateway.conversations
        prepared = await prepare_response(conversations, body, asked, self._application)
        call.native_kind = prepared.format.kind
        exchange = await prepared.exchange(conversations, call)
        self._kept = exchange.kept
        return BackgroundExchange(exchange, self._created_s)

    async def _rejected(self, key: "Key | None", refusal: Refusal) -> Refusal:
        """Records what cannot become a call: nobody is known to have made it, or nothing is known of it."""
        application = key.application if key is not None else None
        entry = rejected_entry(
            request_id=bytes.fromhex(self._call_id),
            application=self._application,
            team=application.team if application is not None else None,
            key=key.name if key is not None else "",
            revision=self._snapshot.revision.number,
            refusal=refusal,
            body_bytes=0,
        )
        await self._gateway.submit(entry)
        return refusal

    async def _stopped(self) -> Refusal | None:
        """Returns once it is to stop: the refusal by which, or None where its caller wants it so."""
        while True:
            try:
                progress = await self._gateway.looks.next(self._call_id)
                if progress is None or progress.cancelled:
                    return None
                if self._call is not None:
                    check_still_flows(self._call, self._gateway.snapshot)
            except Refusal as refusal:
                return refusal
            except AuditUnavailable:
                continue

    async def _end(self, state: str, refusal: Refusal | None) -> None:
        """Notes the end, with what a poller is told, and destroys the key of what was asked. Raises `AuditUnavailable`."""
        unanswered = [self._unanswered(state, refusal)] if state != "completed" else []
        call, purposes = bytes.fromhex(self._call_id), (BACKGROUND,)
        for after_s in (*END_AGAIN_AFTER_S, None):
            try:
                async with self._gateway.conversations.connection() as connection:
                    if unanswered:
                        await store_payloads(connection, unanswered)
                    await erase_payloads(connection, call_id=call, application=self._application, purposes=purposes)
                    await states.end(connection, self._call_id, state)
                return
            except AuditUnavailable:
                if after_s is None:
                    raise
                await asyncio.sleep(after_s)

    def _unanswered(self, state: str, refusal: Refusal | None) -> Payload:
        """The response that ended without an answer, with what guards let through of what was asked; of one that was refused nothing."""
        told = refusal.envelope(revision=None, link=None) if refusal is not None else None
        error = {"code": told["code"], "message": told["message"]} if told is not None else None
        response = response_that(self._call_id, {"model": self._model}, status=state, error=error)
        if self._kept is not None and self._call is not None and self._call.intent_written:
            return self._kept.unanswered(response)
        value = {"items": [], "given": 0, "response": response}
        return self._gateway.conversations.sealed(bytes.fromhex(self._call_id), CONVERSATION, self._application, value)


async def _nothing() -> bytes:
    return b""


def _key(snapshot: "Snapshot", key_id: str, application: str) -> "Key | None":
    known = (key for key in snapshot.keys.values() if key.id == key_id and key.application_name == application)
    return next(known, None)
