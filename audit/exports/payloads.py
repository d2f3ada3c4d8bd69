"""Prompts and answers in an export: a line for each call, as they were kept, or why they cannot be read any more.

They are written only where whoever composes the house finds an approval that holds, at the moment at which they are opened
(`approve_with`). The trail itself knows of no approvals: without anybody who does, none are written.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone

from audit.exports.asked import Asked
from audit.exports.cells import utc
from audit.exports.event_row import EventRow
from audit.models import AuditPayload
from audit.models.export import Export
from audit.payloads.content import Content
from audit.payloads.reading import stored_contents
from audit.payloads.sealing import PayloadSealer
from audit.payloads.storing import ANSWER, PROMPT
from audit.trail.events import OUTCOME

FILE = "payloads/payloads-{0:05}.jsonl"
_AT_ONCE = 50
"""Calls that are opened together, so that few of them are in memory."""
_encode = msgspec.json.Encoder().encode


class Approval(msgspec.Struct, frozen=True):
    """What was approved. name, version: of the request in force. asked: the rows of which prompts and answers may be taken out."""

    name: str
    version: str
    asked: Asked
    approved_by: tuple[str, ...]
    reason: str
    expires_at: datetime


class NotApproved(Exception):
    """Prompts and answers stay where they are; says why and what to do."""


_approvals: list[Callable[[Export], Approval]] = []


def approve_with(find: Callable[[Export], Approval]) -> None:
    """From now on `find(export)` says by which approval an export holds prompts and answers. It raises `NotApproved`."""
    _approvals[:] = [find]


def approval_of(export: Export) -> Approval | None:
    """The approval that holds now; None for an export without prompts and answers. Raises `NotApproved`."""
    if not export.payloads:
        return None
    if not _approvals:
        raise NotApproved("Nobody here can say whether it was approved.")
    return _approvals[0](export)


class PayloadLines:
    """The file of one part. `outcome` rows stand for their calls."""

    def __init__(self, path: Path, sealer: PayloadSealer) -> None:
        self._file = path.open("wb")
        self._sealer = sealer
        self._waiting: list[EventRow] = []
        self._rows = self._opened = 0

    def write(self, row: EventRow) -> None:
        """Notes the call of an outcome."""
        if row.type == OUTCOME and row.call_id is not None:
            self._waiting.append(row)
            if len(self._waiting) >= _AT_ONCE:
                self._flush()

    def close(self) -> dict[str, Any]:
        """Finishes the file. Returns how many calls it holds and how many of them could be opened."""
        self._flush()
        self._file.close()
        return {"rows": self._rows, "opened": self._opened}

    def _flush(self) -> None:
        calls = [uuid.UUID(row.call_id) for row in self._waiting]
        contents = stored_contents(calls, sealer=self._sealer)
        kept = {
            (found.call_id, found.purpose): found
            for found in AuditPayload.objects.filter(call_id__in=calls, purpose__in=(PROMPT, ANSWER)).defer(
                "ciphertext", "wrapped_key", "nonce"
            )
        }
        for row, call in zip(self._waiting, calls, strict=True):
            line: dict[str, Any] = {"call_id": row.call_id, "at": utc(row), "application": row.application}
            for purpose in (PROMPT, ANSWER):
                line[purpose] = _said(contents.get((call, purpose)), kept.get((call, purpose)))
            self._file.write(_encode(line) + b"\n")
            self._rows += 1
            self._opened += (call, PROMPT) in contents or (call, ANSWER) in contents
        self._waiting = []


def _said(content: Content | None, kept: AuditPayload | None) -> dict[str, Any] | None:
    """What was kept, or its tombstone; None where policy had nothing kept."""
    if content is not None:
        texts = [{"role": text.role, "location": text.location, "text": text.text} for text in content.texts]
        return {"level": content.level, "texts": texts}
    if kept is None:
        return None
    if kept.erased_at is not None:
        return {"tombstone": "erased", "at": kept.erased_at.isoformat()}
    if kept.expires_at <= timezone.now():
        return {"tombstone": "expired", "at": kept.expires_at.isoformat()}
    return {"tombstone": "sealed with a key that is not configured here"}
