"""What was dropped, signed: without it events that are missing were taken away behind Govern's back.

The hashes of dropped events stay in their checkpoints, so that every root and every proof can still be computed. A statement says which
numbers may be missing, and binds the archive and who approved.
"""

import base64
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from audit.models.dropped import DroppedMonth
from audit.sealing.sealer import Signer

_DOMAIN = b"govern/dropped\n"


class BadStatement(Exception):
    """A statement is not what this installation signed; the sentence says which."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """One month that was dropped.

    month: as `2025-01`. seqs: first and last number of each run of events. unpaired: calls of which the month had only a part.
    rule, revision: the retention in force and the policy revision. approved_by: who approved it.
    archive, sha256: the file's name and digest.
    """

    format: Literal["govern-dropped/1"] = "govern-dropped/1"
    partition: str
    month: str
    events: int
    seqs: tuple[tuple[int, int], ...]
    unpaired: tuple[uuid.UUID, ...]
    rule: str
    days: int
    revision: int
    approved_by: tuple[str, ...]
    archive: str
    sha256: str


class DroppedNumbers:
    """Which numbers of events were dropped."""

    def __init__(self, dropped: Iterable[Dropped] = ()) -> None:
        runs = sorted(run for each in dropped for run in each.seqs)
        self._firsts = [first for first, _last in runs]
        self._lasts = [last for _first, last in runs]

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def __contains__(self, seq: int) -> bool:
        place = bisect_right(self._firsts, seq) - 1
        return place >= 0 and seq <= self._lasts[place]


def signed_statement(dropped: Dropped, signer: Signer) -> tuple[str, str]:
    """The statement's text and its signature in base64."""
    text = msgspec.json.encode(dropped)
    return text.decode(), base64.b64encode(signer.sign(_DOMAIN + text)).decode()


def dropped_months(public_keys: Sequence[bytes]) -> list[Dropped]:
    """Every month that was dropped. Raises `BadStatement`."""
    return [_read(month, public_keys) for month in DroppedMonth.objects.order_by("partition")]


def _read(month: DroppedMonth, public_keys: Sequence[bytes]) -> Dropped:
    try:
        signature = base64.b64decode(month.signature, validate=True)
        dropped = msgspec.json.decode(month.statement, type=Dropped)
    except (ValueError, msgspec.MsgspecError):
        dropped, signature = None, b""
    signed = _DOMAIN + month.statement.encode()
    if (
        dropped is None
        or dropped.partition != month.partition
        or not any(_fits(k, signature, signed) for k in public_keys)
    ):
        raise BadStatement(_("nothing that this installation signed says that %s was dropped") % month.partition)
    return dropped


def _fits(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True
