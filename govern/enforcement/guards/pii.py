"""The guard ``pii``: personal data. How it finds them is in `values.py`."""

from __future__ import annotations

from typing import Literal

from govern.enforcement.guards.body import Direction, GuardBody, Redaction, Score
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.values import pii_guard


class Pii(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="pii"):
    """Personal data by kind. ``types`` empty means every kind; names are those of ``enforcement.pii``, in either case.

    ``redaction`` says what stands in the text instead: ``mask`` (last four kept where that is customary), ``placeholder``
    (``<EMAIL>``), ``hash`` (keyed, so equal values stay equal) or ``vault`` (``<EMAIL_1>`` for the model, turned back into the value in the
    answer to the same call).
    """

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "redact"
    types: tuple[str, ...] = ()
    redaction: Redaction = "placeholder"
    min_score: Score = 0.5


GUARD = Guard(
    body=Pii,
    build=pii_guard,
    code="pii_leak",
    label=gettext_noop("Personal data"),
    about=gettext_noop("Personal data by kind, such as card numbers, IBANs and e-mail addresses."),
    icon="fingerprint",
    judges_whole=False,
    place=2,
)
