"""What proves to somebody outside that an event is sealed, what a call was answered, or that the trail grew out of a checkpoint they kept:
JSON documents.

`audit/verification/verify.py` checks both with the installation's public key alone.
"""

import base64
import uuid
from hashlib import sha256
from typing import Any

from django.db import connection

from audit.models.checkpoint import Checkpoint
from audit.models.event import AuditEvent
from audit.sealing.leaves import parted, rows
from audit.sealing.notes import read_note
from audit.sealing.proofs import consistency, inclusion_of
from audit.trail.events import OUTCOME, REJECTED

RECEIPT = "govern-receipt/1"
GROWTH = "govern-growth/1"


class NothingToProve(Exception):
    """The sentence says why, and what to do."""


class NotSealedYet(NothingToProve):
    """Some seconds later it is."""


def receipt_of(event: AuditEvent, *, whole: bool) -> dict[str, Any]:
    """The event's canonical bytes, its place in the tree, the proof and the checkpoint. Raises `NotSealedYet`.

    whole: for who may see the trail. To its caller an event is told as far as `SHOWN`, with the digest of the rest.
    """
    found = inclusion_of(event)
    if found is None:
        raise NotSealedYet(f"Event {event.seq} is not sealed yet. Ask again in some seconds.")
    with connection.cursor() as cursor:
        transaction = int(event.xid)
        own = rows(cursor, seq_from=event.seq - 1, seq_to=event.seq, xid_from=transaction, xid_to=transaction + 1)
        (row,) = list(own)
    shown, rest = parted(row)
    return {
        "format": RECEIPT,
        "event": _base64(shown),
        **({"rest": _base64(rest)} if whole else {"rest_digest": _base64(sha256(rest).digest())}),
        "index": found.index,
        "proof": [_base64(digest) for digest in found.proof],
        "checkpoint": found.checkpoint.note,
        "key_id": found.checkpoint.key_id,
    }


def answer_receipt(call_id: uuid.UUID, application: str) -> dict[str, Any]:
    """The receipt of what an application was answered to a call, as its caller may have it.

    Raises `NotSealedYet`, and `NothingToProve` for a call that the application did not make.
    """
    events = AuditEvent.objects.filter(call_id=call_id, application=application).order_by("seq")
    ended = events.filter(type__in=(OUTCOME, REJECTED)).first()
    if ended is not None:
        return receipt_of(ended, whole=False)
    if events.exists():
        raise NotSealedYet("The call is not over yet.")
    raise NothingToProve("This application made no such call.")


def growth_since(note: str) -> dict[str, Any]:
    """The proof that the newest checkpoint begins with all that a kept one has sealed. Raises `NothingToProve` and `NotANote`."""
    size = read_note(note).size
    old = Checkpoint.objects.filter(size=size).order_by("number").first()
    new = Checkpoint.objects.order_by("-number").first()
    if old is None or new is None:
        raise NothingToProve(
            f"The trail has no checkpoint of {size} events. Run manage.py audit_verify --checkpoint with this one."
        )
    return {**growth_between(old, new), "old": note}


def growth_between(old: Checkpoint, new: Checkpoint) -> dict[str, Any]:
    """The proof that `new` begins with all that `old` has sealed. Raises `ValueError` if `old` is the newer one."""
    proof = consistency(old, new) if old.size else []
    return {"format": GROWTH, "old": old.note, "new": new.note, "proof": [_base64(digest) for digest in proof]}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
