#!/usr/bin/env python3
"""Checks what Govern proves, with nothing of Govern: one file, Python 3.11 and the package `cryptography`.

    python verify.py FILE --public-key KEY
    python verify.py --receipt FILE --answer ANSWER --public-key KEY

FILE is a receipt (an event and the proof that it is sealed), a growth proof (a checkpoint grew out of an older one), a checkpoint, or an
exported pack (the ZIP archive, or the folder that it was unpacked into).
ANSWER is the body of an answer as it arrived, which the receipt of its call must name. KEY is the installation's Ed25519 public key
in base64, which `manage.py seal` prints: take it from the operator by another way than the file. After a change of keys give the old
ones, too.
Exit status 0: it holds; 1: it does not; 2: it cannot be read. Formats: RFC 6962 (tree), C2SP tlog-checkpoint and signed-note, PostgreSQL's
binary COPY (an event's bytes).
"""

import argparse
import base64
import contextlib
import datetime
import json
import math
import sys
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

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

_LINE = (
    "seq", "id", "at", "type", "call_id", "application", "team", "key", "actor", "model", "status", "code", "verdict",
    "cost_nano_usd", "revision", "answer_digest",
)  # fmt: skip
"""What a line of JSON says of an event, before its body."""

_NUMBERS = {"seq", "status", "cost_nano_usd", "revision", "instance", "xid"}
_POSTGRES_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_MOST_BYTES = 64 << 20


class DoesNotHold(Exception):
    """What was to be proved is not; the sentence says why."""


class Unreadable(Exception):
    """The file is none of ours; the sentence says why."""


def open_checkpoint(note: str, public_keys: list[bytes]) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that one of the keys has signed. Raises `DoesNotHold` and `Unreadable`."""
    lines = open_note(note, public_keys, "checkpoint")
    if not lines[1].isascii() or not lines[1].isdecimal():
        raise Unreadable("The checkpoint's size is no number.")
    return lines[0], int(lines[1]), _decoded(lines[2])


def open_note(note: str, public_keys: list[bytes], what: str) -> list[str]:
    """The lines of a note that one of the keys has signed under the name of its first line. Raises `DoesNotHold` and `Unreadable`."""
    text, parted, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if not parted or len(lines) < 3:
        raise Unreadable(f"This is no {what}: it has no text and signature.")
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
                raise DoesNotHold(f"The {what}'s signature does not fit it: it was changed.") from None
            return lines
    raise DoesNotHold(f"The {what} is not signed with a public key that was given.")


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


def read_event(shown: bytes, rest: bytes | None, body: Callable[[bytes], Any] = json.loads) -> dict[str, Any]:
    """An event's fields from its canonical bytes, those of `SHOWN` where the rest is not given. body: how its document is read.

    Raises `Unreadable`.
    """
    if int.from_bytes(shown[:2]) != len(COLUMNS):
        raise Unreadable("The event has not the fields of one.")
    fields = _fields(shown[2:], SHOWN, body)
    return fields if rest is None else fields | _fields(rest, COLUMNS[len(SHOWN) :], body)


def _fields(leaf: bytes, names: tuple[str, ...], body: Callable[[bytes], Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    place = 0
    for name in names:
        length = int.from_bytes(leaf[place : place + 4], signed=True)
        value = leaf[place + 4 : place + 4 + length] if length > 0 else b""
        if length < -1 or len(leaf) < place + 4 or len(value) != max(length, 0):
            raise Unreadable(f"The event's field {name} is cut off.")
        place += 4 + len(value)
        fields[name] = None if length == -1 else body(value) if name == "body" else _value(name, value)
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
    return value.decode()


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


class Tree:
    """The root of a tree that is given from left to right, as leaves and as roots of complete subtrees between them."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, root: bytes, height: int = 0) -> None:
        """Adds a complete subtree of 2**height leaves."""
        left = self.size >> height
        while left & 1:
            root = node_hash(self._roots.pop(), root)
            left >>= 1
        self._roots.append(root)
        self.size += 1 << height

    def root(self) -> bytes:
        if not self._roots:
            return sha256(b"").digest()
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def subtree_heights(start: int, end: int) -> Iterator[int]:
    """The heights of the complete subtrees that leaves from `start` to before `end` part into, from left to right."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height
        start += 1 << height


_UNUSUAL = (b"\\ud", b"\\uD", b"\n", b"\r", b"\t", b"NaN", b"Infinity")
_DIGITS = bytes.maketrans(b"123456789.E", b"0000000000e")
_LONG_NUMBERS = b"0" * 16, b"0e"
"""What stands outside of texts, with all digits as one, where a number may be more than readers take."""
_MANY, _DEEPEST, _LARGEST = 500, 100, 2**63


def readable(body: bytes) -> bytes:
    """An event's body as exports hold it: JSON in one line that every reader takes.

    Halves of surrogate pairs become U+FFFD; whole numbers beyond 64 bits and numbers that no float holds become texts; what is nested more
    than a hundred levels deep becomes one text.
    """
    if (
        body[:1] in {b"{", b"[", b'"'}
        and not any(unusual in body for unusual in _UNUSUAL)
        and body.count(b"[") + body.count(b"{") < _MANY
    ):
        numbers = _outside_of_texts(body).translate(_DIGITS)
        if not any(long in numbers for long in _LONG_NUMBERS):
            return body
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=str)
        if _is_deeper(found, _DEEPEST):
            found = text
    except (ValueError, RecursionError):
        found = text
    line = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return line.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _outside_of_texts(body: bytes) -> bytes:
    """What is left of a JSON document without its texts; each leaves a quotation mark."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b'"'.join(body.split(b'"')[::2])


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= 20 and -_LARGEST <= int(digits) < _LARGEST else digits


def _fraction(digits: str) -> float | str:
    return float(digits) if math.isfinite(float(digits)) else digits


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [
            item
            for found in level
            if isinstance(found, (dict, list))
            for item in (found.values() if isinstance(found, dict) else found)
        ]
        if not level:
            return False
    return True


class Pack:
    """The files of an exported pack, read as a stream and never unpacked."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = None if path.is_dir() else zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError):
            raise DoesNotHold("The pack is cut off, or no ZIP archive: its table of contents is missing.") from None
        self._folder = path
        self.names = (
            [found.relative_to(path).as_posix() for found in sorted(path.rglob("*")) if found.is_file()]
            if self._archive is None
            else self._archive.namelist()
        )

    def open(self, name: str) -> IO[bytes]:
        """A file as a stream. Raises `DoesNotHold` for one that is missing."""
        if name not in self.names:
            raise DoesNotHold(f"{name} is missing.")
        return (self._folder / name).open("rb") if self._archive is None else self._archive.open(name)

    def small(self, name: str) -> bytes:
        """A file that is read whole."""
        with self.open(name) as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise Unreadable(f"{name} is longer than any such file.")
        return content


class PackChecked(NamedTuple):
    """rows: that hold. size: of the checkpoint. problems: what does not hold, in words, with its file and its row."""

    rows: int
    size: int
    problems: list[str]


_MOST_PROBLEMS = 100
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_SIGNED_APART = {"manifest.json", "manifest.note", "checkpoint.note", "request.json", "request.note"}


def check_pack(path: Path, public_keys: list[bytes]) -> PackChecked:
    """Everything that a pack says of itself. Raises `DoesNotHold` and `Unreadable` where the rest cannot be checked."""
    pack = Pack(path)
    manifest = _signed_json(pack, "manifest", public_keys)
    origin, size, root = open_checkpoint(pack.small("checkpoint.note").decode(), public_keys)
    told = manifest["checkpoint"]
    if (told["origin"], told["size"], told["root"]) != (origin, size, root.hex()):
        raise DoesNotHold("The manifest is about another checkpoint than checkpoint.note.")
    problems = list(_check_files(pack, manifest))
    try:
        asked = _signed_json(pack, "request", public_keys)
        if asked["manifest_sha256"] != sha256(pack.small("manifest.json")).hexdigest():
            problems.append("request.json is about another manifest.")
    except (DoesNotHold, Unreadable) as problem:
        problems.append(str(problem))
    rows, found = _check_rows(pack, manifest, size, root)
    return PackChecked(rows, size, [*problems, *found])


def _signed_json(pack: Pack, name: str, public_keys: list[bytes]) -> dict[str, Any]:
    content = pack.small(f"{name}.json")
    lines = open_note(pack.small(f"{name}.note").decode(), public_keys, f"note of {name}.json")
    if lines[1] != f"govern-export/1 {name}.json":
        raise DoesNotHold(f"{name}.note is the signature of something else.")
    if lines[2] != f"sha256 {sha256(content).hexdigest()}":
        raise DoesNotHold(f"{name}.json is not what was signed: it was changed.")
    document: dict[str, Any] = json.loads(content)
    return document


def _check_files(pack: Pack, manifest: dict[str, Any]) -> Iterator[str]:
    listed = {file["name"] for file in manifest["files"]}
    yield from (f"{name} is missing." for name in sorted(listed - set(pack.names)))
    yield from (f"{name} is not part of what was signed." for name in sorted(set(pack.names) - listed - _SIGNED_APART))
    if len(pack.names) != len(set(pack.names)):
        yield "A file stands twice in the archive."
    for file in manifest["files"]:
        if file["name"] in pack.names and _digest(pack, file["name"]) != (file["bytes"], file["sha256"]):
            yield f"{file['name']} is not what was signed: it was changed or cut off."


def _digest(pack: Pack, name: str) -> tuple[int, str]:
    digest, length = sha256(), 0
    try:
        with pack.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
    except _BROKEN:
        return -1, ""
    return length, digest.hexdigest()


def _check_rows(pack: Pack, manifest: dict[str, Any], size: int, root: bytes) -> tuple[int, list[str]]:
    """How many rows hold, and what does not: each row's place in the tree, and each line of JSON against its row."""
    checking = _Rows(size)
    names = [file["name"] for file in manifest["files"]]
    try:
        for name in names:
            if name.startswith("evidence/events-"):
                lines = name.replace("evidence/events-", "data/events-").replace(".bin", ".jsonl")
                checking.read_part(pack, name, lines if lines in names and lines in pack.names else None)
        checking.read_end(pack)
    except DoesNotHold as problem:
        return checking.good, [*checking.problems, str(problem)]
    except _BROKEN:
        return checking.good, [*checking.problems, f"{checking.name} is damaged behind row {checking.row}."]
    if checking.rows != manifest["rows"]:
        checking.problems.append(f"The pack has {checking.rows} events; the manifest says {manifest['rows']}.")
    if checking.tree.root() != root:
        checking.problems.append(
            "The events do not lead to the root of the checkpoint: one of them, its place or the proof was changed."
        )
    return checking.good, checking.problems


class _Rows:
    """The rows of a pack while they are read. rows: so far. row: in the part `name`. good: that hold."""

    def __init__(self, size: int) -> None:
        self.tree, self.size = Tree(), size
        self.rows = self.row = self.good = 0
        self.name = ""
        self.problems: list[str] = []
        self._proof: IO[bytes] | None = None

    def read_part(self, pack: Pack, name: str, lines: str | None) -> None:
        """The events of a part, each with its proof and, if there are lines, its line. Raises `DoesNotHold`."""
        self._end_of_proof()
        self.name, self.row = name, 0
        self._proof = pack.open(name.replace("events-", "proof-"))
        with contextlib.ExitStack() as closing:
            events = closing.enter_context(pack.open(name))
            told = closing.enter_context(pack.open(lines)) if lines else None
            while length := events.read(4):
                count = int.from_bytes(length)
                if len(length) < 4 or count > _MOST_BYTES:
                    raise DoesNotHold(f"{name} is cut off or damaged behind row {self.row}.")
                row = self._exactly(events, count)
                self.rows, self.row = self.rows + 1, self.row + 1
                wrong = self._place(row)
                line_wrong = None if told is None else _line_problem(row, told.readline())
                self.good += wrong is None and line_wrong is None
                for file, problem in ((name, wrong), (lines, line_wrong)):
                    if problem is not None and len(self.problems) < _MOST_PROBLEMS:
                        self.problems.append(f"{file}, row {self.row} (event {int.from_bytes(row[6:14])}): {problem}")
            if told is not None and told.read(1):
                self.problems.append(f"{lines} has more lines than there are events.")

    def read_end(self, pack: Pack) -> None:
        """The leaves behind the last row."""
        self._gap(self.size)
        self._end_of_proof()

    def _place(self, row: bytes) -> str | None:
        place, kept = int.from_bytes(self._of_proof(8)), self._of_proof(32)
        if not self.tree.size <= place < self.size:
            raise DoesNotHold(
                f"{self.name}, row {self.row}: its place in the tree is not behind that of the row before."
            )
        self._gap(place)
        self.tree.add(kept)
        try:
            shown, rest = parted(row)
        except Unreadable:
            return "it is no event"
        return None if leaf_hash(shown + sha256(rest).digest()) == kept else "it is not what was sealed"

    def _gap(self, end: int) -> None:
        for height in subtree_heights(self.tree.size, end):
            self.tree.add(self._of_proof(32), height)

    def _of_proof(self, count: int) -> bytes:
        if self._proof is None:
            raise DoesNotHold("The pack has no evidence.")
        return self._exactly(self._proof, count)

    def _exactly(self, file: IO[bytes], count: int) -> bytes:
        found = file.read(count)
        if len(found) != count:
            raise DoesNotHold(f"{self.name} or its proof is cut off behind row {self.row}.")
        return found

    def _end_of_proof(self) -> None:
        if self._proof is not None:
            if self._proof.read(1):
                self.problems.append(f"The proof of {self.name} is longer than its rows.")
            self._proof.close()


def parted(row: bytes) -> tuple[bytes, bytes]:
    """What a caller's receipt shows of an event, and the rest. Raises `Unreadable`."""
    place = 2
    for _ in SHOWN:
        length = int.from_bytes(row[place : place + 4], signed=True)
        if place + 4 > len(row):
            raise Unreadable("The event is cut off.")
        place += 4 + max(length, 0)
    return row[:place], row[place:]


def _line_problem(row: bytes, line: bytes) -> str | None:
    """What a line of JSON says otherwise than its event."""
    if not line:
        return "its line is missing"
    try:
        event = read_event(*parted(row), readable)
        event["at"] = (
            datetime.datetime.fromisoformat(event["at"]).isoformat(timespec="microseconds").replace("+00:00", "Z")
        )
        if line == _usual_line(event):
            return None
        said, event["body"] = json.loads(line), json.loads(event["body"])
    except (ValueError, RecursionError, Unreadable):
        return "its line cannot be read"
    if not isinstance(said, dict):
        return "its line is no event"
    differing = [
        name for name in COLUMNS if name not in {"instance", "xid"} and (name not in said or said[name] != event[name])
    ]
    differing += [name for name in said if name not in COLUMNS]
    return f"its line says something else of {', '.join(differing)}" if differing else None


def _usual_line(event: dict[str, Any]) -> bytes:
    """The line of an event as Govern writes it, so that most lines need not be read."""
    values = {name: event[name] for name in _LINE}
    return (
        json.dumps(values, ensure_ascii=False, separators=(",", ":"))[:-1].encode()
        + b',"body":'
        + event["body"]
        + b"}\n"
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Unreadable("A value is not in base64.") from None


def _checked_pack(path: Path, public_keys: list[bytes]) -> PackChecked:
    try:
        return check_pack(path, public_keys)
    except _BROKEN:
        raise DoesNotHold("The pack is damaged: a file in it cannot be unpacked.") from None
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RuntimeError) as error:
        raise Unreadable(f"The pack is not written as Govern writes it ({type(error).__name__}).") from None


def _report(checked: PackChecked) -> int:
    if checked.problems:
        print("\n".join(checked.problems), file=sys.stderr)
        return 1
    whole = " They are all events of the checkpoint." if checked.rows == checked.size else ""
    print(f"The pack holds: {checked.rows} events, each sealed in the checkpoint of {checked.size} events.{whole}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, help="a receipt, a growth proof, a checkpoint or a pack")
    what.add_argument("--receipt", type=Path, metavar="FILE", help="the same")
    parser.add_argument("--answer", type=Path, help="the body of the answer that the receipt is of")
    parser.add_argument("--public-key", required=True, action="append", help="the installation's public key in base64")
    given = parser.parse_args(arguments)
    try:
        public_keys = [_decoded(key) for key in given.public_key]
        if any(len(key) != 32 for key in public_keys):
            raise Unreadable("The public key has not 32 bytes.")
        file = given.receipt or given.file
        if file.is_dir() or file.suffix == ".zip":
            return _report(_checked_pack(file, public_keys))
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
