"""What a caller can prove it was answered: the digest of the answer's bytes on the record, and the header that names both.

The digest enters the outcome, which is durable before the answer leaves, and with it the sealed trail (`audit.sealing`). A stream's is
known only at its end: its header names the outcome alone, and `GET /v1/receipts/{request_id}` tells the rest. It is of everything that is
sent but for signs of life, which a door may add whenever nothing else is said.

What the record keeps is SHA-256 of a nonce and the answer's SHA-256. The nonce is told to the caller and is on no record, so that an answer
cannot be confirmed from the trail by who guesses it.
"""

from binascii import b2a_base64
from collections.abc import Callable
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

from django.conf import settings

from audit.trail.identifiers import identifier_text

if TYPE_CHECKING:
    from govern.gateway.call import Call
    from govern.gateway.process.runtime import Gateway
    from govern.gateway.refusals import Refusal

RECEIPT = b"x-govern-receipt"

ToldRefusal = Callable[["Gateway", "Call", "Refusal"], "bytes | None"]
"""The digest of the bytes by which a caller is told of a refusal; None where nobody waits for them."""


def digest_of(body: bytes) -> bytes:
    """By which the record names an answer."""
    return sha256(body).digest()


def nonce_of(call_id: bytes) -> bytes:
    """What a call's answer is bound with: 16 bytes that only the installation and the caller know."""
    return blake2b(call_id, digest_size=16, key=settings.GOVERN_DIGEST_KEY, person=b"receipt").digest()


def recorded_digest(nonce: bytes, digest: bytes | None) -> bytes | None:
    """An answer's digest as the record keeps it."""
    return None if digest is None else sha256(nonce + digest).digest()


def receipt_header(event_id: bytes, nonce: bytes, digest: bytes | None) -> tuple[bytes, bytes]:
    """A dictionary of structured fields (RFC 8941), with the digest as RFC 9530 writes it."""
    said = identifier_text(event_id).encode(), b2a_base64(nonce, newline=False)
    if digest is None:
        return RECEIPT, b'event="%b", nonce=:%b:' % said
    return RECEIPT, b'event="%b", nonce=:%b:, sha-256=:%b:' % (*said, b2a_base64(digest, newline=False))


def header_of(call: "Call") -> tuple[bytes, bytes]:
    """The header of a call's answer."""
    return receipt_header(call.outcome_id, nonce_of(call.id), call.evidence.answer_digest)


def told_refusal(gateway: "Gateway", call: "Call", refusal: "Refusal") -> bytes | None:
    """See `ToldRefusal`: the answer of a door that has not begun to answer."""
    if call.door is None:
        return None
    link = gateway.officer_link(refusal, call.host)
    error = refusal.envelope(revision=call.snapshot.revision.number, link=link)
    status = 400 if refusal.status == 403 and call.forbidden_as_invalid else refusal.status
    return digest_of(call.door.error(error, status, call.id_text))
