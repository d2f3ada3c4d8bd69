"""Asking for a response in the background: what was asked is sealed and queued in one transaction, then a worker is told."""

import asyncio
import logging
from typing import TYPE_CHECKING

from kombu.exceptions import OperationalError

from audit.payloads.storing import BACKGROUND, store_payloads
from audit.trail.identifiers import uuid7
from govern.celery import app
from govern.gateway.background import states
from govern.gateway.doors.http import Request
from govern.gateway.process.snapshot import Key
from govern.gateway.refusals import Refusal

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_log = logging.getLogger("govern.gateway")
_SECRET = frozenset(
    (b"authorization", b"x-api-key", b"x-goog-api-key", b"cookie", b"proxy-authorization", b"x-govern-end-user-token")
)
TASK = "govern.gateway.background.tasks.run_background_response"


async def queue(gateway: "Gateway", key: Key, body: bytes, request: Request) -> str:
    """Queues a body, with what else its request says of the call: who is behind it was verified now, and holds when it runs.

    Returns the 32 hexadecimal digits of the call. Raises `Refusal` and `AuditUnavailable`.
    """
    call_id = uuid7()
    said = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in request.headers.items()
        if name not in _SECRET
    }
    asked = {"body": body.decode(), "headers": said, "end_user": request.end_user}
    payload = gateway.conversations.sealed(call_id, BACKGROUND, key.application_name, asked)
    async with gateway.conversations.connection() as connection:
        if not await states.add(connection, call_id.hex(), key.application_name, key.id):
            raise Refusal(
                "rate_limit_exceeded",
                f"{states.MOST_UNFINISHED} responses of this application are unfinished. Wait for some, or cancel them.",
                retry_after_ms=5_000,
            )
        await store_payloads(connection, [payload])
    await asyncio.to_thread(tell_worker, call_id.hex())
    return call_id.hex()


def tell_worker(call_id: str) -> None:
    """Tells a worker. Without a broker the response waits, and is asked for again."""
    try:
        app.send_task(TASK, [call_id], retry=False)
    except (OperationalError, OSError) as error:
        _log.warning("No worker could be told of a background response (%s).", type(error).__name__)
