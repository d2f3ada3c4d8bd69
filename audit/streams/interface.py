"""What a stream and its receiver are."""

import socket
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

Connect = Callable[[str, int, bool], socket.socket]
"""Connects to a host and port; whether it may have a private address. Raises `StreamFailed` for an address that is not allowed."""

SEVERITIES = ("info", "low", "medium", "high", "critical")
"""From the least to the gravest."""


class StreamFailed(Exception):
    """The events were not taken, or that cannot be seen. The sentence says why and holds no secret; they are sent again."""


class TooLarge(StreamFailed):
    """The receiver takes less at once."""


class Told(msgspec.Struct, frozen=True):
    """An event as it is told: its fields, and its record as it was stored; None where that is larger than any receiver takes."""

    xid: int
    seq: int
    type: str
    severity: int
    at_us: int
    fields: dict[str, object]
    record: bytes | None

    def document(self, *, most_bytes: int) -> bytes:
        """The event as JSON. Its record is left out, and that is said, where both together are larger."""
        if self.record is not None:
            whole = msgspec.json.encode({**self.fields, "record": msgspec.Raw(self.record)})
            if len(whole) <= most_bytes:
                return whole
        return msgspec.json.encode({**self.fields, "record_left_out": True})


class Receiver(Protocol):
    """Who takes events."""

    @property
    def most_events(self) -> int:
        """At once."""
        ...

    def send(self, stream: str, events: Sequence[Told], connect: Connect) -> int:
        """Hands events over and returns, once they are taken, how many of them were refused for good.

        Raises `StreamFailed`, and `TooLarge` where fewer may be taken.
        """


class Stream(msgspec.Struct, frozen=True):
    """One stream of the setting.

    place: where it goes, in words that hold no secret. types: patterns such as `violation.*`; none: all.
    least: position in `SEVERITIES` of the least that is told.
    """

    name: str
    kind: str
    place: str
    types: tuple[str, ...]
    least: int
    from_beginning: bool
    receiver: Receiver
