"""What a call asks of its budgets: money held before it runs, and settled after."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from govern.budgets.periods import period_start
from govern.policy.budget_line import BudgetLine


class Account(NamedTuple):
    """A budget in one period."""

    budget_id: UUID
    period_start: date


class Hold(NamedTuple):
    """Money reserved for one attempt of a call in every budget that covers it, all or none."""

    amount_nano_usd: int
    lines: tuple[tuple[Account, BudgetLine], ...]


class Settlement(NamedTuple):
    """The end of a hold: the reservation goes, the true cost stays."""

    hold: Hold
    cost_nano_usd: int

    @property
    def is_beyond(self) -> bool:
        """The provider reported more than the most that the call could cost."""
        return self.cost_nano_usd > self.hold.amount_nano_usd


class Claim:
    """What an entry of the trail does to budgets, in its own transaction."""

    __slots__ = ("application", "call_id", "hold", "settlement")

    def __init__(
        self,
        hold: Hold | None = None,
        settlement: Settlement | None = None,
        *,
        application: str = "",
        call_id: bytes | None = None,
    ) -> None:
        self.hold = hold
        self.settlement = settlement
        self.application = application
        self.call_id = call_id


class Overdrawn(NamedTuple):
    """Why a hold was refused."""

    budget: str
    left_nano_usd: int
    needed_nano_usd: int


class Frozen(NamedTuple):
    """Why a hold was refused: the application is frozen on a budget until a person has looked."""

    budget: str


def _shared(budget_id: UUID) -> UUID:
    return budget_id


def hold_for(
    lines: tuple[BudgetLine, ...], amount_nano_usd: int, at_s: float, account_of: Callable[[UUID], UUID] = _shared
) -> Hold | None:
    """The hold of an attempt that can cost at most this much; None when no budget covers it.

    account_of: which account of a budget whose limit is for each end user is charged; by default the one of all who are not verified.
    """
    if not lines:
        return None
    return Hold(
        amount_nano_usd,
        tuple(
            (
                Account(account_of(line.id) if line.per_end_user else line.id, period_start(line.period, at_s)),
                line,
            )
            for line in lines
        ),
    )
