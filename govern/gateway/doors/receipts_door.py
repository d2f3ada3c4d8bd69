"""`GET /v1/receipts/{request_id}`: the proof of what an application was answered, for `verify.py`.

A receipt shows what its caller knows and no more (`audit.sealing.leaves`). To any other application a call is as unknown as one that never
was.
"""

import asyncio
import re
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, connections

from audit.sealing.receipts import NothingToProve, NotSealedYet, answer_receipt
from audit.trail.entries import AuditUnavailable
from govern.gateway.arrival import governed
from govern.gateway.doors.http import Answer, Request
from govern.gateway.doors.models import format_of
from govern.gateway.receipts import nonce_of
from govern.gateway.refusals import Refusal
from govern.gateway.responses.kept_responses import json_answer

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Key, Snapshot

PATH = "/v1/receipts/"
SEALED_WITHIN_S = 5
"""How often the worker seals."""
WAIT_S = 10.0
_NAMES_A_CALL = re.compile(r"(?:[a-z]{2,12}[_-])?([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})")


async def serve_receipt(gateway: "Gateway", request: Request) -> Answer:
    """The receipt; 202 with `retry-after` while the call is not over or not sealed."""
    return await governed(gateway, request, format_of(request.path, request.headers), _receipt)


async def _receipt(gateway: "Gateway", request: Request, snapshot: "Snapshot", key: "Key", body: bytes) -> Answer:
    named = _NAMES_A_CALL.fullmatch(request.path.removeprefix(PATH))
    if named is None:
        raise _unknown()
    try:
        async with asyncio.timeout(WAIT_S):
            await gateway.proofs.acquire()
    except TimeoutError:
        raise Refusal(
            "rate_limit_exceeded", "Too many receipts are asked for at once. Try again shortly.", retry_after_ms=1_000
        ) from None
    call_id = UUID(named[1])
    try:
        found = await asyncio.to_thread(partial(_looked_up, call_id, key.application_name))
    except NotSealedYet as pending:
        answer = json_answer({"object": "receipt", "status": "pending", "message": str(pending)})
        return answer._replace(status=202, headers=[*answer.headers, (b"retry-after", str(SEALED_WITHIN_S).encode())])
    except NothingToProve:
        raise _unknown() from None
    except DatabaseError:
        raise AuditUnavailable("the trail cannot be read") from None
    finally:
        gateway.proofs.release()
    return json_answer({**found, "nonce": b64encode(nonce_of(call_id.bytes)).decode()})


def _looked_up(call_id: UUID, application: str) -> dict[str, Any]:
    try:
        return answer_receipt(call_id, application)
    finally:
        connections.close_all()


def _unknown() -> Refusal:
    return Refusal(
        "invalid_request",
        "This application made no such call. Give the `x-request-id` of one of its answers.",
        param="request_id",
        status=404,
    )
