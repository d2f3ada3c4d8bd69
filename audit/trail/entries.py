"""What a caller hands to the writer, and who may join its transaction."""

from collections.abc import Sequence
from typing import Any, Protocol

from psycopg import AsyncConnection

from audit.payloads.storing import Payload
from audit.trail.sightings import Sighting


class AuditUnavailable(Exception):
    """The trail cannot be written, or it is unknown whether it was: the caller must not go on (503)."""


class Entry:
    """One atomic unit of the trail: its rows are written together or not at all.

    rows: packed with `audit.trail.rows.pack_event`.
    claim: opaque to audit; a participant looks at it and may refuse it.
    sightings: violations to open or join in the same transaction.
    payloads: sealed prompts, answers or conversations to store in the same transaction.
    instance: the writer's number when the call's intent was packed (None: the entry belongs to no call). An entry of an
        instance that is gone is not written, because its call may already have been closed as `outcome_unknown`.
    refused: set by a participant, whose reason it is; then nothing else of the entry is written.
    """

    __slots__ = ("claim", "instance", "payloads", "refused", "rows", "sightings")

    def __init__(
        self,
        rows: list[bytes],
        *,
        claim: object | None = None,
        sightings: Sequence[Sighting] = (),
        payloads: Sequence[Payload] = (),
        instance: int | None = None,
    ) -> None:
        self.rows = rows
        self.claim = claim
        self.sightings = sightings
        self.payloads = payloads
        self.instance = instance
        self.refused: object | None = None


class Participant(Protocol):
    """Joins the transaction of a batch before its rows are copied (budgets do).

    It is only asked for batches in which an entry has a claim, and sees those entries alone.
    """

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> str:
        """Decide the claims; set `refused` where one cannot hold. Returns what is to be run in the batch's transaction.

        That is a statement without parameters, or nothing, and goes to PostgreSQL together with the rows. Whoever must look
        first begins the transaction on `connection`, and leaves it open. Must lock rows in one order in every process (by
        id), or batches will deadlock. A batch that meets a deadlock or a serialization failure is retried once; any other
        exception fails it.
        """

    def failed(self, entries: Sequence[Entry]) -> None:
        """The transaction did not commit, or nobody knows: undo what `join` did in memory.

        Called once for each `join` that was not followed by a commit; `join` follows again if the batch is retried.
        """
