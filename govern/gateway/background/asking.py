"""Asking for a response in the background: what was asked is sealed and queued in one transaction, then a worker is told.

Where none can be told in time, nothing stays queued: whoever asks hears that at once and can ask again, and nothing runs that nobody
knows of. What is lost in the queue later is told again (`running.resume_background`).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
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

TELL_WITHIN_S = 5.0
_TELLING = ThreadPoolExecutor(4, thread_name_prefix="telling")
"""A broker that hangs holds these threads, and none that calls need."""
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
    told = asyncio.get_running_loop().run_in_executor(_TELLING, tell_worker, call_id.hex())
    try:
        await asyncio.wait_for(told, TELL_WITHIN_S)
    except (NotTold, TimeoutError):
        async with gateway.conversations.connection() as connection:
            await states.discard(connection, call_id.hex(), key.application_name)
        raise Refusal(
            "queue_unavailable",
            "The queue of background work does not answer, so nothing was queued. Try again shortly, or without `background`.",
            retry_after_ms=5_000,
        ) from None
    return call_id.hex()


class NotTold(Exception):
    """The broker does not take what a worker is to be told."""


def tell_worker(call_id: str) -> None:
    """Tells a worker. Raises `NotTold`."""
    try:
        app.send_task(TASK, [call_id])
    except (OperationalError, OSError) as error:
        raise NotTold(type(error).__name__) from None
