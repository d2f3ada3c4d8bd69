"""The register of codes: why a call was refused or did not end well. What is refused registers its codes here.

A code says what people call it and who ended the call.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSED, FAILED = "refused", "failed"


class Code(NamedTuple):
    """label: for people. ended: how the call ended, `REFUSED` or `FAILED`, and by whom."""

    label: str | Promise
    ended: tuple[str, str]


CODES: dict[str, Code] = {}


def register_code(code: str, *, label: str | Promise, ended: tuple[str, str]) -> None:
    """Add a code. Raises `ValueError` if it is taken."""
    if code in CODES:
        raise ValueError(f"the code {code} is registered already")
    CODES[code] = Code(label, ended)


# What nobody was told, since nobody was there any more.
register_code("client_disconnected", label=_("Caller hung up"), ended=(FAILED, "caller"))
register_code("cancelled", label=_("Cancelled by its caller"), ended=(FAILED, "caller"))
register_code("outcome_unknown", label=_("Outcome unknown"), ended=(FAILED, "unknown"))
