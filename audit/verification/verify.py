#!/usr/bin/env python3
"""Checks what Govern proves, with nothing of Govern: one file, Python 3.11 and the package `cryptography`.

    python verify.py FILE --public-key KEY
    python verify.py --receipt FILE --answer ANSWER --public-key KEY

FILE is a receipt (an event and the proof that it is sealed), a growth proof (a checkpoint grew out of an older one) or a checkpoint.
ANSWER is the body of an answer as it arrived, which the receipt of its call must name. KEY is the installation's Ed25519 public key
in base64, which `manage.py seal` prints: take it from the operator by another way than the file. After a change of keys give the old
ones, too.
Exit status 0: it holds; 1: it does not; 2: it cannot be read. Formats: RFC 6962 (tree), C2SP tlog-checkpoint and signed-note, PostgreSQL's
binary COPY (an event's bytes).
"""

import argparse
import base64
import datetime
import json
import sys
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SHOWN = ("seq", "id", "at", "type", "call_id", "application", "status", "answer_digest")
"""What a caller's receipt shows of an event."""

COLUMNS = (
    *SHOWN, "team", "key", "actor", "model", "code", "verdict", "cost_nano_usd", "revision", "body", "instance", "xid",
)  # fmt: skip
"""What an event's bytes hold, in this order."""

SIGNS_OF_LIFE = (b": ping\n\n", b'event: ping\ndata: {"type": "ping"}\n\n', b"\n")
"""What may stand between the events of a stream, by the format of the door. The digest of a stream is of all else."""

_NUMBERS = {"seq", "status", "cost_nano_usd", "revision", "instance", "xid"}
_POSTGRES_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_MOST_BYTES = 64 << 20


class DoesNotHold(Exception):
    """What was to be proved is not; the sentence says why."""


class Unreadable(Exception):
    """The file is none of ours; the sentence says why."""


def open_checkpoint(note: str, public_keys: list[bytes]) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that one of the keys has signed. Raises `DoesNotHold` and `Unreadable`."""
    text, parted, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not parted or len(lines) < 3:
        raise Unreadable("This is no checkpoint: it has no text and signature.")
    origin = lines[0]
    hints = {sha256(f"{origin}\n".encode() + b"\x01" + key).digest()[:4]: key for key in public_keys}
    for line in signatures.splitlines():
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.rpartition(" ")
        signature = _decoded(encoded)
        if mark == "—" and name == origin and signature[:4] in hints:
            try:
                Ed25519PublicKey.from_public_bytes(hints[signature[:4]]).verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise DoesNotHold("The checkpoint's signature does not fit it: it was changed.") from None
            if not lines[1].isascii() or not lines[1].isdecimal():
                raise Unreadable("The checkpoint's size is no number.")
            return origin, int(lines[1]), _decoded(lines[2])
    raise DoesNotHold("The checkpoint is not signed with a public key that was given.")


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, or None if it is none for this place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for digest in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(digest, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, digest)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def grew(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with the one of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old_root == new_root and not proof
    if not 0 < old < new:
        return False
    path = proof if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for digest in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(digest, first), node_hash(digest, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, digest)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def read_event(shown: bytes, rest: bytes | None) -> dict[str, Any]:
    """An event's fields from its canonical bytes, those of `SHOWN` where the rest is not given. Raises `Unreadable`."""
    if int.from_bytes(shown[:2]) != len(COLUMNS):
        raise Unreadable("The event has not the fields of one.")
    fields = _fields(shown[2:], SHOWN)
    return fields if rest is None else fields | _fields(rest, COLUMNS[len(SHOWN) :])


def _fields(leaf: bytes, names: tuple[str, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    place = 0
    for name in names:
        length = int.from_bytes(leaf[place : place + 4], signed=True)
        value = leaf[place + 4 : place + 4 + length] if length > 0 else b""
        if length < -1 or len(leaf) < place + 4 or len(value) != max(length, 0):
            raise Unreadable(f"The event's field {name} is cut off.")
        place += 4 + len(value)
        fields[name] = None if length == -1 else _value(name, value)
    if place != len(leaf):
        raise Unreadable("The event is longer than its fields.")
    return fields


def _value(name: str, value: bytes) -> Any:
    if name in {"id", "call_id"}:
        return str(uuid.UUID(bytes=value))
    if name == "at":
        moment = _POSTGRES_EPOCH + datetime.timedelta(microseconds=int.from_bytes(value, signed=True))
        return moment.isoformat()
    if name in _NUMBERS:
        return int.from_bytes(value, signed=True)
    if name == "answer_digest":
        return value.hex()
    return json.loads(value) if name == "body" else value.decode()


def check_receipt(receipt: dict[str, Any], public_keys: list[bytes]) -> dict[str, Any]:
    """The event that a receipt proves to be sealed, as far as the receipt shows it. Raises `DoesNotHold` and `Unreadable`."""
    _origin, size, root = open_checkpoint(receipt["checkpoint"], public_keys)
    shown = _decoded(receipt["event"])
    rest = _decoded(receipt["rest"]) if "rest" in receipt else None
    event = read_event(shown, rest)
    leaf = shown + (_decoded(receipt["rest_digest"]) if rest is None else sha256(rest).digest())
    proof = [_decoded(digest) for digest in receipt["proof"]]
    if root_of_inclusion(leaf_hash(leaf), receipt["index"], size, proof) != root:
        raise DoesNotHold("The event is not in the tree of the checkpoint: it, its place or the proof was changed.")
    return event


def check_answer(event: dict[str, Any], nonce: bytes, answer: bytes) -> None:
    """Whether these bytes are the answer that the event names. nonce: as the caller was told it. Raises `DoesNotHold`."""
    if event["answer_digest"] is None:
        raise DoesNotHold("The record names no answer: the call was not answered, or was left before its answer's end.")
    told = (answer, *(answer.replace(sign, b"") for sign in SIGNS_OF_LIFE))
    if event["answer_digest"] not in {sha256(nonce + sha256(each).digest()).hexdigest() for each in told}:
        raise DoesNotHold("The answer is not the one that was sent: its bytes are others.")


def check_growth(growth: dict[str, Any], public_keys: list[bytes]) -> tuple[int, int]:
    """The sizes of the older and the newer checkpoint, the one grown out of the other. Raises `DoesNotHold` and `Unreadable`."""
    origin, old, old_root = open_checkpoint(growth["old"], public_keys)
    other, new, new_root = open_checkpoint(growth["new"], public_keys)
    if origin != other:
        raise DoesNotHold("The checkpoints are of two trails.")
    if old and not grew(old, old_root, new, new_root, [_decoded(digest) for digest in growth["proof"]]):
        raise DoesNotHold("The newer checkpoint did not grow out of the older one.")
    return old, new


def check(text: str, public_keys: list[bytes], answer: bytes | None = None) -> str:
    """What a file proves, in words. answer: what the receipt is to be of. Raises `DoesNotHold` and `Unreadable`."""
    if not text.lstrip().startswith("{") and answer is None:
        origin, size, _root = open_checkpoint(text, public_keys)
        return f"The checkpoint holds: {size} events of {origin}."
    try:
        document = json.loads(text)
        if document.get("format") == "govern-receipt/1":
            event = check_receipt(document, public_keys)
            if answer is not None:
                check_answer(event, _decoded(document["nonce"]), answer)
            holds = (
                "The receipt holds."
                if answer is None
                else "The receipt holds, and the answer is the one that was sent."
            )
            return f"{holds} The event:\n{json.dumps(event, indent=1, ensure_ascii=False)}"
        if document.get("format") == "govern-growth/1" and answer is None:
            old, new = check_growth(document, public_keys)
            return f"The trail grew: its first {old} of {new} events are as they were."
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise Unreadable(f"The file is not written as Govern writes it ({type(error).__name__}).") from None
    raise Unreadable(f"The file is {'neither a receipt nor a growth proof' if answer is None else 'no receipt'}.")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Unreadable("A value is not in base64.") from None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, help="a receipt, a growth proof or a checkpoint")
    what.add_argument("--receipt", type=Path, metavar="FILE", help="the same")
    parser.add_argument("--answer", type=Path, help="the body of the answer that the receipt is of")
    parser.add_argument("--public-key", required=True, action="append", help="the installation's public key in base64")
    given = parser.parse_args(arguments)
    try:
        public_keys = [_decoded(key) for key in given.public_key]
        if any(len(key) != 32 for key in public_keys):
            raise Unreadable("The public key has not 32 bytes.")
        file = given.receipt or given.file
        if file.stat().st_size > _MOST_BYTES:
            raise Unreadable("The file is longer than any proof.")
        answer = given.answer.read_bytes() if given.answer else None
        print(check(file.read_text(encoding="utf-8"), public_keys, answer))
    except DoesNotHold as problem:
        print(problem, file=sys.stderr)
        return 1
    except (Unreadable, OSError, UnicodeDecodeError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
