"""What is kept how long, what is held, and what is to be erased."""

import re
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated

import msgspec

from routing.bodies import Body, Name

SHORTEST_TRAIL_DAYS = 184
"""Six months of any calendar: what Regulation (EU) 2024/1689 asks of logs at least (articles 19 and 26)."""

Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_MARK = re.compile(r"eu-[0-9a-f]{32}")


class RetentionBody(Body, kw_only=True, frozen=True):
    """How long the trail and what was said are kept. Of several in force the longest time holds."""

    name: Name
    trail_days: Days = 400
    """How old the last event of a month must be before the month is dropped."""
    redacted_days: Days = 400
    """How long prompts and answers are kept that were stored with their values masked."""
    full_days: Days = 400
    """How long those are kept that were stored as they were."""

    def __post_init__(self) -> None:
        """What outlives the record of its call could no longer be found."""
        if self.trail_days < SHORTEST_TRAIL_DAYS:
            raise ValueError(
                f"`trail_days` must be at least {SHORTEST_TRAIL_DAYS}: records of six months have to be there."
            )
        if max(self.redacted_days, self.full_days) > self.trail_days:
            raise ValueError("`redacted_days` and `full_days` must not be more than `trail_days`. Lower them.")


class Records(Body, kw_only=True, frozen=True):
    """Which records are meant. All given words must hold; none: the whole trail."""

    applications: tuple[Name, ...] = ()
    end_users: tuple[Annotated[str, msgspec.Meta(max_length=100)], ...] = ()
    """Marks of end users (`audit.trail.end_users.end_user_mark`): versions stay for good, so no name may stand in one."""
    since: Moment | None = None
    until: Moment | None = None
    """Before this moment."""

    def __post_init__(self) -> None:
        """Only marks, and a span that holds something."""
        if not all(_MARK.fullmatch(mark) for mark in self.end_users):
            raise ValueError(
                "`end_users` names people by their mark: `eu-` and 32 digits, as the page of a call or `manage.py erase "
                "--end-user` shows it. Versions stay for good, so no name may stand here."
            )
        if not all(MINYEAR < end.year < MAXYEAR for end in (self.since, self.until) if end):
            raise ValueError("`since` and `until` must lie between the years 1 and 9999.")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("`since` must be before `until`.")


class LegalHoldBody(Body, kw_only=True, frozen=True):
    """Records that must stay whatever retention and erasure say, until the hold is retired."""

    name: Name
    matter: Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
    """Which proceedings it is for."""
    reason: Reason
    records: Records = Records()


class ErasureBody(Body, kw_only=True, frozen=True):
    """What was said that is to be erased: `manage.py erase` does so once this is in force."""

    name: Name
    reason: Reason
    records: Records

    def __post_init__(self) -> None:
        """Everything that was ever said is nobody's request."""
        if not (self.records.applications or self.records.end_users or self.records.since or self.records.until):
            raise ValueError("`records` must say what is to be erased: end users, applications, or a span of time.")
