"""What is kept of a month outside the database before it is dropped: a file of JSON lines.

The first line says what the file is of and resumes the tree (`size`, and `frontier`: the roots of its complete subtrees in base64). Then
come the month's checkpoints in their order, each with the number and the hash of every event that it adds, and the events of violations
as they were sealed (`audit.sealing.leaves`), which are evidence. The last line counts the lines before it: without it the file is cut off.
"""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import Q

from audit.models.checkpoint import Checkpoint
from audit.retention.months import Month
from audit.sealing.leaves import COLUMNS, copied

FORMAT = "govern-archive/1"

_EVIDENCE = """
SELECT {columns} FROM audit_event WHERE {within} AND (type ^@ 'violation.' OR call_id IN (
    SELECT call_id FROM audit_event WHERE {within} AND type = 'call.outcome' AND position('"violation_id":"' in body::text) > 0
)) ORDER BY xid, seq
"""


def write_archive(month: Month, seqs: Sequence[tuple[int, int]], folder: Path) -> tuple[str, str]:
    """Writes the month's archive in one move. Returns the file's name and its SHA-256. Raises `OSError`; then no file is left behind."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"trail-{month.name}.jsonl"
    unfinished = folder / f".{name}.{uuid4().hex}"
    digest = sha256()
    lines = 0
    try:
        with unfinished.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            for line in _lines(month, seqs):
                digest.update(line)
                file.write(line)
                lines += 1
            last = _json({"lines": lines})
            digest.update(last)
            file.write(last)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / name)
        _sync_folder(folder)
    finally:
        unfinished.unlink(missing_ok=True)
    return name, digest.hexdigest()


def _lines(month: Month, seqs: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    checkpoints = _checkpoints(month, seqs)
    first = next(checkpoints, None)
    before = None if first is None else Checkpoint.objects.filter(number=first.number - 1).first()
    yield _json(
        {
            "format": FORMAT,
            "month": month.name,
            "seqs": seqs,
            "size": before.size if before else 0,
            "frontier": _base64(before.frontier if before else b""),
        }
    )
    if first is not None:
        yield _checkpoint_line(first)
    for checkpoint in checkpoints:
        yield _checkpoint_line(checkpoint)
    with connection.cursor() as cursor:
        query = _EVIDENCE.format(columns=", ".join(COLUMNS), within=month.within)
        for row in copied(cursor, query):
            yield _json({"evidence": _base64(row)})


def _checkpoints(month: Month, seqs: Sequence[tuple[int, int]]) -> Iterator[Checkpoint]:
    """From the first to the last that added an event of the month, with those between, so that the tree can be followed."""
    if not seqs:
        return iter(())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(xid)::text, max(xid)::text FROM audit_event WHERE {month.within}")
        first_xid, last_xid = cursor.fetchone()
    adding = Checkpoint.objects.filter(
        Q(xid_to__gt=first_xid, xid_from__lte=last_xid, seq_from__lt=seqs[-1][1], last_seq__gte=seqs[0][0])
    )
    numbers = list(adding.order_by("number").values_list("number", flat=True))
    between = Checkpoint.objects.filter(number__gte=numbers[0], number__lte=numbers[-1]) if numbers else adding
    return between.order_by("number").iterator(chunk_size=20)


def _checkpoint_line(checkpoint: Checkpoint) -> bytes:
    return _json({"checkpoint": checkpoint.note, "leaves": _base64(checkpoint.leaves)})


def _sync_folder(folder: Path) -> None:
    """Makes the file's name as durable as its content."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _base64(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode()
