"""Characters of a stream that were cut in the middle, one half at the end of an event and the other at the beginning of a later one."""

from collections.abc import Sequence

from msgspec.structs import replace

from routing.calls.characters import cut_off, may_hold_halves, put_before, with_whole_characters
from routing.wire.events import Event

_MOST_WAITING = 8
"""Events that a half is waited for: answers of several choices come in turns, and pings between them."""


class WholeCharacters:
    """The events of one stream with whole characters. An event that ends in half a character waits for the other half, and with it what
    comes after; a half whose other one does not come is U+FFFD.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Event] = []

    def whole(self, events: Sequence[Event], *, over: bool) -> Sequence[Event]:
        """The events that can be read. `over`: nothing more comes."""
        if not self._waiting and not [event for event in events if may_hold_halves(event.data)]:
            return events
        told: list[Event] = []
        for event in events:
            self._take(event, told)
        if over:
            while self._waiting:
                self._give_up(told)
        return told

    def _take(self, event: Event, told: list[Event]) -> None:
        if self._waiting:
            cut = cut_off(self._waiting[0].data)
            joined = put_before(event.data, cut[1]) if cut is not None else None
            if cut is not None and joined is not None:
                self._waiting[0] = replace(self._waiting[0], data=cut[0])
                event = replace(event, data=joined)
        self._waiting.append(event)
        while self._waiting and (len(self._waiting) > _MOST_WAITING or cut_off(self._waiting[0].data) is None):
            self._give_up(told)

    def _give_up(self, told: list[Event]) -> None:
        event = self._waiting.pop(0)
        told.append(replace(event, data=with_whole_characters(event.data)))
