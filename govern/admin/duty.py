"""One thing that waits for a person."""

from datetime import datetime
from typing import NamedTuple


class Duty(NamedTuple):
    """`due` is when it must be done, `late` whether it should have been."""

    icon: str
    tone: str
    title: str
    small: str
    address: str
    due: datetime | None = None
    late: bool = False
    amount: str = ""
