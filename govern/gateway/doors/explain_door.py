"""`POST /v1/explain`: where a chat completion would go, and why, without asking anybody.

It says nothing about guards: whoever could ask them without a record could try texts until one passes.
"""

from typing import TYPE_CHECKING, Any

import msgspec

from govern.gateway.arrival import governed, new_call
from govern.gateway.call import Call
from govern.gateway.description import describe_request
from govern.gateway.doors.answer_headers import JSON, request_id_headers
from govern.gateway.doors.door_formats import CHAT
from govern.gateway.doors.http import Answer, Request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.route import check_model, decide_route, explain_route
from routing.explanation import Considered, Explanation
from routing.money import usd

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def serve_explanation(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/explain`, with the body of a chat completion."""
    return await governed(gateway, request, CHAT, _explained)


async def _explained(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    call = new_call(snapshot, key, request, CHAT)
    describe_request(call, CHAT.decode(body, request.path), len(body))
    check_model(call)
    decide_route(call, gateway.health)
    revision = (b"x-govern-revision", str(snapshot.revision.number).encode())
    headers = [*JSON, *request_id_headers(CHAT, call.id_text), revision]
    return Answer(200, headers, msgspec.json.encode(_told(call, explain_route(call, gateway.health))))


def _told(call: Call, explained: Explanation) -> dict[str, Any]:
    described = call.asked.description
    assert described is not None
    return {
        "object": "govern.explanation",
        "revision": call.snapshot.revision.number,
        "request": {
            "model": call.asked.model,
            "task": described.task,
            "task_by": described.task_by,
            "complexity": round(described.complexity, 3),
            "input_tokens": described.input_tokens,
            "modalities": described.modalities,
            "tools": len(described.tools),
            "language": described.language,
        },
        "route": explained.route,
        "objective": explained.objective,
        "drawn": explained.drawn,
        "order": explained.order,
        "rules": explained.rules,
        "candidates": [_candidate(each) for each in explained.considered],
    }


def _candidate(each: Considered) -> dict[str, Any]:
    return {
        "model": each.model,
        "role": each.role,
        "asked": each.place,
        "reasons": each.reasons,
        "expected": {
            "quality": round(each.quality, 4),
            "cost_usd": None if each.cost_nano_usd is None else usd(each.cost_nano_usd),
            "latency_ms": round(each.latency_ms),
        },
        "propensity": round(each.propensity, 4),
    }
