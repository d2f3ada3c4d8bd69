"""The regression corpus, opened for whoever replays it."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from audit.models import AuditEvent, AuditPayload, RegressionCase
from audit.payloads.content import StoredText, unpack
from audit.payloads.sealing import PayloadUnreadable, SealedPayload, configured_sealer
from audit.payloads.storing import binding

MOST = 1_000
"""Cases that are replayed at most: the newest."""
_BETWEEN = timedelta(minutes=5)
"""An event is written before its case, in the same transaction."""
_SAID = ("policy", "guard", "rule", "direction", "expected")


class OpenCase(NamedTuple):
    """A case with its text. masked: values in the text gave way to placeholders before it was stored."""

    id: uuid.UUID
    policy: str
    guard: str
    rule: str
    direction: str
    expected: str
    application: str
    masked: bool
    text: StoredText


class Corpus(NamedTuple):
    """The cases that can be replayed, and of how many others the text is gone, or nobody recorded that they were kept."""

    cases: list[OpenCase]
    gone: int
    unrecorded: int


def open_corpus(most: int = MOST) -> Corpus:
    """The newest cases that nobody took out. A row that no event of the trail speaks of counts for nothing. Three queries."""
    rows = list(RegressionCase.objects.kept()[:most])
    recorded = _recorded(rows)
    known = [row for row in rows if row.pk in recorded]
    texts = texts_of(known)
    cases = [
        OpenCase(
            row.pk, row.policy, row.guard, row.rule, row.direction, row.expected, row.application, row.masked,
            texts[row.pk],
        )
        for row in known
        if row.pk in texts
    ]  # fmt: skip
    return Corpus(cases, len(known) - len(cases), len(rows) - len(known))


def texts_of(rows: Iterable[RegressionCase]) -> dict[uuid.UUID, StoredText]:
    """The texts that can still be read, by case. One query."""
    by_place = {(row.call_id, row.purpose): row.pk for row in rows}
    sealer = configured_sealer()
    found: dict[uuid.UUID, StoredText] = {}
    for kept in AuditPayload.objects.readable().filter(
        call_id__in={call for call, _purpose in by_place}, purpose__in={purpose for _call, purpose in by_place}
    ):
        case = by_place.get((kept.call_id, kept.purpose))
        sealed = SealedPayload(kept.key_id, bytes(kept.wrapped_key or b""), bytes(kept.nonce), bytes(kept.ciphertext))
        try:
            content = unpack(sealer.open(sealed, bound_to=binding(kept.call_id.bytes, kept.purpose, kept.application)))
        except PayloadUnreadable:
            continue
        if case is not None:
            found[case] = content.texts[0]
    return found


def readable_until(row: RegressionCase) -> AuditPayload | None:
    """The payload of a case while it can be read. One query."""
    return AuditPayload.objects.readable().filter(call_id=row.call_id, purpose=row.purpose).first()


def _recorded(rows: Iterable[RegressionCase]) -> set[uuid.UUID]:
    """Cases of which the trail has the event that they name, and which say what it says."""
    rows = list(rows)
    if not rows:
        return set()
    said = {
        str(event.fields.get("case")): event
        for event in AuditEvent.objects.filter(
            call_id__isnull=True,
            at__gte=min(row.kept_at for row in rows) - _BETWEEN,
            type="regression.kept",
            id__in=[row.event_id for row in rows],
        )
    }
    return {
        row.pk
        for row in rows
        if (event := said.get(str(row.pk))) is not None
        and event.id == row.event_id
        and all(event.fields.get(name) == getattr(row, name) for name in _SAID)
    }
