"""What the guards make of a text: `POST /v1/guard` in Govern's own words, `POST /v1/moderations` in OpenAI's."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec

from govern.enforcement.verdict import Finding
from govern.gateway.arrival import CallRefused, governed, new_call
from govern.gateway.call import Call
from govern.gateway.doors.answer_headers import JSON, request_id_headers
from govern.gateway.doors.door_formats import CHAT
from govern.gateway.doors.http import Answer, Request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.receipts import header_of
from govern.gateway.refusals import Refusal
from govern.gateway.verdicts import Asking, Judged, Judgement, SaidBy, judge
from routing.calls import InvalidRequest
from routing.calls.invalid import explain
from routing.calls.requests import decode_object

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

MOST_TEXTS = 128
"""In one request."""
Word = Annotated[str, msgspec.Meta(max_length=120)]
Texts = Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]


class GuardRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is asked of `/v1/guard`."""

    input: str | Texts
    said_by: SaidBy = "user"
    model: Word = ""
    region: Word = ""


class ModerationRequest(msgspec.Struct, kw_only=True):
    """What is asked of `/v1/moderations`. `model` decides nothing here: the guards in force answer."""

    input: str | Annotated[list[str | dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]
    model: str | None = None


Asked = TypeVar("Asked", GuardRequest, ModerationRequest)


async def serve_guard(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/guard`."""
    return await governed(gateway, request, CHAT, _guard)


async def serve_moderations(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/moderations`."""
    return await governed(gateway, request, CHAT, _moderations)


async def _guard(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = _decoded(body, GuardRequest)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    call = new_call(snapshot, key, request, CHAT)
    asking = Asking(asked.said_by, "guard", body, asked.model, asked.region)
    return await _judged(gateway, call, texts, asking, partial(_guard_answer, call))


async def _moderations(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = _decoded(body, ModerationRequest)
    texts, together = _texts_of(asked.input)
    call = new_call(snapshot, key, request, CHAT)
    asking = Asking("user", "moderation", body)
    return await _judged(gateway, call, texts, asking, partial(_moderation_answer, call, together))


async def _judged(
    gateway: "Gateway", call: Call, texts: list[str], asking: Asking, written: Callable[[Judgement], bytes]
) -> Answer:
    try:
        body = await judge(gateway, call, texts, asking, written)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
    revision = (b"x-govern-revision", str(call.snapshot.revision.number).encode())
    return Answer(200, [*JSON, *request_id_headers(CHAT, call.id_text), revision, header_of(call)], body)


def _decoded(body: bytes, kind: type[Asked]) -> Asked:
    try:
        return msgspec.convert(decode_object(body), kind)
    except msgspec.ValidationError as error:
        raise explain(error) from None


def _texts_of(given: str | list[str | dict[str, Any]]) -> tuple[list[str], bool]:
    """The texts to look at, and whether they are parts of one content. Raises InvalidRequest for what guards cannot read."""
    if isinstance(given, str):
        return [given], False
    if all(isinstance(each, str) for each in given):
        return [each for each in given if isinstance(each, str)], False
    texts = []
    for number, part in enumerate(given):
        text = part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None
        if not isinstance(text, str):
            raise InvalidRequest(
                f"`input[{number}]` is no text, and the guards here read texts alone. Send strings, or parts of type `text`.",
                f"input[{number}]",
            )
        texts.append(text)
    return texts, True


def _guard_answer(call: Call, judgement: Judgement) -> bytes:
    verdict = judgement.verdict
    return msgspec.json.encode(
        {
            "id": call.id_text,
            "object": "guard.verdict",
            "verdict": verdict.action,
            "severity": verdict.severity,
            "code": verdict.code or None,
            "guard": verdict.guard or None,
            "rule": verdict.rule or None,
            "policy": verdict.policy or None,
            "message": judgement.message,
            "violation_id": call.evidence.violation_id,
            "revision": call.snapshot.revision.number,
            "guards": judgement.guards,
            "results": [_result(text) for text in judgement.texts],
        }
    )


def _result(text: Judged) -> dict[str, Any]:
    return {
        "verdict": text.action,
        "replacement": text.replacement,
        "findings": [
            {
                "guard": found.guard,
                "type": found.type,
                "start": found.start,
                "end": found.end,
                "score": round(found.score, 4),
                "severity": found.severity,
                "action": found.action,
            }
            for found in text.findings
        ],
    }


def _moderation_answer(call: Call, together: bool, judgement: Judgement) -> bytes:
    each = [(text.action != "allow", text.findings) for text in judgement.texts]
    if together:
        each = [(any(flagged for flagged, _ in each), tuple(found for _, findings in each for found in findings))]
    results = [_moderation(judgement, flagged, findings) for flagged, findings in each]
    answer = {"id": f"modr-{call.id.hex()}", "model": "govern-guards", "results": results}
    return msgspec.json.encode(answer)


def _moderation(judgement: Judgement, flagged: bool, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """One result. Its categories are the guards that were asked, and `guard/type` of what they found: of what nobody looked for nothing is
    said."""
    scores = dict.fromkeys(judgement.guards, 0.0)
    for found in findings:
        for name in (found.guard, f"{found.guard}/{found.type}"):
            scores[name] = max(scores.get(name, 0.0), round(found.score, 4))
    caught = {name for found in findings for name in (found.guard, f"{found.guard}/{found.type}")}
    return {
        "flagged": flagged,
        "categories": {name: name in caught for name in scores},
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in scores},
    }
