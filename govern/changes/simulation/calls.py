"""A recorded call, as it is replayed. Nothing here or in what decides about it touches a database."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from audit.payloads.content import Content


class RecordedCall(NamedTuple):
    """A call as the trail tells of it, with what was kept of it.

    at: when its outcome was written. model: that served it. body: of its outcome.
    """

    id: uuid.UUID
    at: datetime
    application: str
    key: str
    model: str | None
    code: str | None
    cost_nano_usd: int
    body: Mapping[str, Any]
    prompt: Content | None
    answer: Content | None

    @property
    def person(self) -> str:
        """The verified end user behind it; empty for nobody, and for whom nobody vouches."""
        said = self.body.get("end_user") or {}
        return person_key(said["by"], said.get("issuer", ""), said["id"]) if said.get("verified") else ""


def person_key(by: str, issuer: str, who: str) -> str:
    """What tells end users apart: by whose word they are known, and as whom the trail knows them."""
    return "\n".join((by, issuer, who))
