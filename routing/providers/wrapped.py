"""The last look at what leaves: nothing may that only Govern understands."""

from typing import Any

import msgspec

from routing.calls import InvalidRequest

_WRAPPED = b'"native"'
_HELD = frozenset(("tool", "block"))


def refuse_wrapped(body: bytes) -> None:
    """The last look at a body: raises InvalidRequest where what only Govern understands is about to leave after all."""
    if _WRAPPED in body and _holds_wrapped(msgspec.json.decode(body)):
        raise InvalidRequest("The call holds a tool or a block that only another provider knows; leave it out.")


def _holds_wrapped(value: Any) -> bool:
    if type(value) is list:
        return any(map(_holds_wrapped, value))
    if type(value) is not dict:
        return False
    if value.get("type") == "native" and type(value.get("kind")) is str and value.keys() & _HELD:
        return True
    return any(map(_holds_wrapped, value.values()))
