"""A budget as the gateway knows it."""

from typing import NamedTuple
from uuid import UUID


class BudgetLine(NamedTuple):
    """What a call must know of a budget that covers it."""

    id: UUID
    name: str
    period: str
    limit_nano_usd: int
    blocks: bool
    per_end_user: bool = False
    """Each verified end user has an account of their own; the budget's own is for everybody else."""
