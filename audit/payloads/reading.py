"""Reading stored prompts and answers again."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from audit.models import AuditEvent, AuditPayload
from audit.payloads.content import Content, unpack
from audit.payloads.sealing import PayloadSealer, PayloadUnreadable, SealedPayload
from audit.payloads.storing import ANSWER, PROMPT, binding
from audit.trail.events import OUTCOME


class StoredCall(msgspec.Struct, frozen=True):
    """A call with what was kept of it.

    features: the body of its outcome in the trail (`audit.models.AuditEvent.body`): task, complexity, language, tokens, route, …
    prompt: its request. answer: what the model said, before any redaction of ours; None if nothing was said or kept.
    """

    call_id: uuid.UUID
    """Also the request id that the caller was told."""
    application: str
    team: str
    at: datetime
    features: Mapping[str, Any]
    prompt: Content
    answer: Content | None


def stored_call(*, call_id: uuid.UUID, sealer: PayloadSealer) -> StoredCall | None:
    """One call; None where its prompt was not kept, was erased, has expired, or was sealed with another key."""
    return next(_read([call_id], sealer), None)


def _read(call_ids: Sequence[uuid.UUID], sealer: PayloadSealer) -> Iterator[StoredCall]:
    contents = stored_contents(call_ids, sealer=sealer)
    outcomes = {event.call_id: event for event in AuditEvent.objects.filter(type=OUTCOME, call_id__in=call_ids)}
    for call_id in call_ids:
        prompt, outcome = contents.get((call_id, PROMPT)), outcomes.get(call_id)
        if prompt is not None and outcome is not None:
            yield StoredCall(
                call_id,
                outcome.application or "",
                outcome.team or "",
                outcome.at,
                outcome.fields,
                prompt,
                contents.get((call_id, ANSWER)),
            )


def stored_contents(call_ids: Iterable[uuid.UUID], *, sealer: PayloadSealer) -> dict[tuple[uuid.UUID, str], Content]:
    """What was kept of calls, by call and purpose (`PROMPT`, `ANSWER`). One query; what cannot be opened is left out."""
    found: dict[tuple[uuid.UUID, str], Content] = {}
    for kept in AuditPayload.objects.readable().filter(call_id__in=call_ids, purpose__in=(PROMPT, ANSWER)):
        sealed = SealedPayload(kept.key_id, bytes(kept.wrapped_key or b""), bytes(kept.nonce), bytes(kept.ciphertext))
        place = binding(kept.call_id.bytes, kept.purpose, kept.application)
        try:
            found[kept.call_id, kept.purpose] = unpack(sealer.open(sealed, bound_to=place))
        except PayloadUnreadable:
            continue  # sealed with a key that is no longer configured: as if it were not there
    return found
