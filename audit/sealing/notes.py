"""Checkpoints as C2SP signed notes. https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note

The text is the tree's origin, its size and its root in base64, a line each. Then come lines of our own: the digest of the
checkpoint before, when it was sealed, and which events it adds (`seq` above the first number, transactions from the second to before the
third). After an empty line follow the signatures.
"""

import base64
import binascii
import datetime
from collections.abc import Callable
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.sealing.tree import HASH_BYTES

_ED25519 = b"\x01"
_LINES = 6
_MOST_BYTES = 64 * 1024

Sign = Callable[[bytes], bytes]


class NotANote(Exception):
    """The text is no checkpoint of ours, or its signature does not fit."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a checkpoint says.

    previous: SHA-256 of the whole note before, or None for the first one.
    seq_from, xid_from, xid_to: it adds the events with `seq` > seq_from and xid_from <= `xid` < xid_to, by transaction and `seq`.
    """

    origin: str
    size: int
    root: bytes
    previous: bytes | None
    at: datetime.datetime
    seq_from: int
    xid_from: int
    xid_to: int

    def text(self) -> bytes:
        """What is signed."""
        return (
            f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"
            f"previous {_base64(self.previous) if self.previous else '-'}\n"
            f"time {self.at.astimezone(datetime.UTC).isoformat()}\n"
            f"adds {self.seq_from} {self.xid_from} {self.xid_to}\n"
        ).encode()


def signed_note(checkpoint: Checkpoint, public_key: bytes, sign: Sign) -> str:
    """The checkpoint's text with its signature; the signer goes by the tree's origin."""
    return signed_text(checkpoint.text(), checkpoint.origin, public_key, sign)


def signed_text(text: bytes, signer: str, public_key: bytes, sign: Sign) -> str:
    """A text, which ends with a line feed and has no empty line, as a note with the signature of who goes by the name `signer`."""
    return f"{text.decode()}\n— {signer} {_base64(_key_hash(signer, public_key) + sign(text))}\n"


def note_digest(note: str) -> bytes:
    """By which the next checkpoint names this one."""
    return sha256(note.encode()).digest()


def read_note(note: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises `NotANote`."""
    if len(note) > _MOST_BYTES:
        raise NotANote("the note is longer than any checkpoint")
    text, parted, _signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not parted or len(lines) != _LINES:
        raise NotANote("the note has not the lines of a checkpoint")
    origin, size, root, previous, at, adds = lines
    try:
        seq_from, xid_from, xid_to = map(int, _after("adds", adds).split(" "))
        checkpoint = Checkpoint(
            origin=origin,
            size=int(size),
            root=base64.b64decode(root, validate=True),
            previous=None
            if previous == "previous -"
            else base64.b64decode(_after("previous", previous), validate=True),
            at=datetime.datetime.fromisoformat(_after("time", at)),
            seq_from=seq_from,
            xid_from=xid_from,
            xid_to=xid_to,
        )
    except (ValueError, OverflowError) as error:
        raise NotANote(f"the note's lines cannot be read: {type(error).__name__}") from None
    if len(checkpoint.root) != HASH_BYTES or checkpoint.at.tzinfo is None or checkpoint.text().decode() != f"{text}\n":
        raise NotANote("the note is not written as checkpoints are")
    return checkpoint


def signers(note: str, public_keys: list[bytes]) -> list[bytes]:
    """Which of the keys have signed the note. Raises `NotANote` where a signature of one of them is wrong."""
    text, _parted, signatures = note.partition("\n\n")
    origin = text.partition("\n")[0]
    found = []
    for line in signatures.splitlines():
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.rpartition(" ")
        try:
            signature = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise NotANote("a signature is not in base64") from None
        if mark != "—" or name != origin:
            continue  # somebody else's, such as a witness's
        for key in public_keys:
            if signature[:4] == _key_hash(origin, key):
                try:
                    Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], f"{text}\n".encode())
                except InvalidSignature:
                    raise NotANote("the signature does not fit the note") from None
                found.append(key)
    return found


def _after(word: str, line: str) -> str:
    if not line.startswith(f"{word} "):
        raise ValueError(line)
    return line[len(word) + 1 :]


def _key_hash(name: str, public_key: bytes) -> bytes:
    return sha256(f"{name}\n".encode() + _ED25519 + public_key).digest()[:4]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
