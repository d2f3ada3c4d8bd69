"""Whose prompts and answers one person may take out once, and until when."""

from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from typing import Annotated

import msgspec

from govern.policy.keeping import Records
from routing.bodies import Body, Name

LONGEST_SPAN = timedelta(days=92)
LONGEST_VALID = timedelta(days=30)


class PayloadExportBody(Body, kw_only=True, frozen=True):
    """Prompts and answers that one person may export once."""

    name: Name
    person: Annotated[str, msgspec.Meta(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$")]
    """The username of who may take them out, and nobody else."""
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
    records: Records
    """Of which calls. A beginning and an end must be given."""
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    """Until when it may be done, and what was taken out may be fetched."""

    def __post_init__(self) -> None:
        """Nobody approves what has no bounds."""
        if self.records.since is None or self.records.until is None:
            raise ValueError("`records` must have `since` and `until`: what is exported has a beginning and an end.")
        if self.records.until - self.records.since > LONGEST_SPAN:
            raise ValueError(f"`records` must span at most {LONGEST_SPAN.days} days. Ask for less, or more than once.")
        if not MINYEAR < self.expires_at.year < MAXYEAR:
            raise ValueError("`expires_at` must lie between the years 1 and 9999.")
