"""What a caller can prove it was answered: the digest of the answer's bytes on the record, and the header that names both.

The digest enters the outcome, which is durable before the answer leaves, and with it the sealed trail (`audit.sealing`). A stream's is
known only at its end: its header names the outcome alone, and `GET /v1/receipts/{request_id}` tells the rest. It is of everything that is
sent but for signs of life, which a door may add whenever nothing else is said.
"""

from binascii import b2a_base64
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

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


def receipt_header(event_id: bytes, digest: bytes | None) -> tuple[bytes, bytes]:
    """A dictionary of structured fields (RFC 8941), with the digest as RFC 9530 writes it."""
    event = identifier_text(event_id).encode()
    if digest is None:
        return RECEIPT, b'event="%b"' % event
    return RECEIPT, b'event="%b", sha-256=:%b:' % (event, b2a_base64(digest, newline=False))


def told_refusal(gateway: "Gateway", call: "Call", refusal: "Refusal") -> bytes | None:
    """See `ToldRefusal`: the answer of a door that has not begun to answer."""
    if call.door is None:
        return None
    link = gateway.officer_link(refusal, call.host)
    error = refusal.envelope(revision=call.snapshot.revision.number, link=link)
    status = 400 if refusal.status == 403 and call.forbidden_as_invalid else refusal.status
    return digest_of(call.door.error(error, status, call.id_text))
