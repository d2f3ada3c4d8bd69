"""What stands in a form: for each field the text that a person sees and sends back."""

from typing import Any

import msgspec

Written = Any
"""str for a field of one text, list[str] for several, list[list[str]] for pairs, dict for a group (None: not there), list of `Row`."""


class Verbatim(str):
    """JSON that stands for a value which the field cannot show as it is."""

    __slots__ = ()


class Row(msgspec.Struct):
    """One entry of a list of structs. `opened`: whether its fields are shown."""

    sort: str
    fields: dict[str, Written]
    opened: bool = False
