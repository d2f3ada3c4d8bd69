"""Why each choice of a streamed answer ended, told once and last: some servers say it twice, or before the rest of the text."""

from msgspec.structs import replace

from routing.calls import Delta
from routing.calls.answers import FinishReason


class Endings:
    """The finish reasons of one answer, held until nothing follows."""

    def __init__(self) -> None:
        self._reasons: dict[int, FinishReason] = {}

    def without(self, delta: Delta) -> Delta:
        """The delta without its finish reason, which is kept."""
        if delta.finish_reason is None:
            return delta
        if delta.finish_reason != "stop" or delta.index not in self._reasons:
            self._reasons[delta.index] = delta.finish_reason
        return replace(delta, finish_reason=None, stop_detail=None)

    def told(self) -> list[Delta]:
        """The last delta of each choice."""
        return [Delta(index=index, finish_reason=reason) for index, reason in sorted(self._reasons.items())]
