"""One text on its way through the guards: what several of them need is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from govern.enforcement.clock import Clock
from govern.enforcement.folding import Folded
from govern.enforcement.injection.detector import InjectionDetector, InjectionResult
from govern.enforcement.injection.own_turn import as_judged
from govern.enforcement.tool_arguments import arguments_as_read, is_json, plain_arguments
from govern.enforcement.values.detector import Sweep, ValueDetector
from govern.enforcement.values.judging import Hit


def inspected_text(role: str, text: str) -> str:
    """The text that findings and replacements refer to: JSON loses needless escapes, others stay as they are."""
    return plain_arguments(text) if is_json(role, text) else text


class PreparedText:
    """A text, its folded view and the values found in it; the last two are made when the first guard asks.

    Of the later windows of a stream ``begins`` is false and ``since`` tells from which character on they are new; ``complete`` is false
    while more may follow.
    """

    __slots__ = (
        "_folded",
        "_injection",
        "_sweep",
        "alone",
        "begins",
        "clock",
        "complete",
        "deadline",
        "field",
        "framed",
        "role",
        "since",
        "text",
    )

    def __init__(
        self,
        text: str,
        *,
        role: str = "assistant",
        begins: bool = True,
        since: int = 0,
        complete: bool = True,
        deadline: float | None = None,
    ) -> None:
        self.text = arguments_as_read(text) if is_json(role, text) else text
        self.role = role
        self.begins = begins
        self.since = since
        self.complete = complete
        self.deadline = deadline
        self.clock: Clock | None = None
        """Of the inspection that it is part of."""
        self.alone = True
        self.framed = False
        """What an agent's program wrote is among it (`injection.own_turn`)."""
        """Whether a weak value that is all of the text counts; not so for ids, numbers and choices."""
        self.field = False
        """Whether it is an id, a number, a name or a setting."""
        self._folded: Folded | None = None
        self._injection: InjectionResult | None = None
        self._sweep: Sweep | None = None

    @property
    def folded(self) -> Folded:
        if self._folded is None:
            self._folded = Folded(self.text)
        return self._folded

    def values(self, detector: ValueDetector) -> Sweep:
        """Hits in view positions; final ones where ``complete``."""
        if self._sweep is None:
            if self.complete:
                hits: Sequence[Hit] = detector.find(
                    self.folded, begins=self.begins, deadline=self.deadline, alone=self.alone
                )
                self._sweep = Sweep(list(hits), len(self.folded.data))
            else:
                since = self.folded.view_offset(self.since)
                self._sweep = detector.sweep(self.folded, begins=self.begins, since=since, deadline=self.deadline)
        return self._sweep

    def injection(self, detector: InjectionDetector) -> InjectionResult:
        if self._injection is None:
            definition = self.text if self.role == "tool_definition" else None
            self._injection = detector.inspect(
                as_judged(self.role, self.text), deadline=self.deadline, definition=definition
            )
        return self._injection


Prepare = Callable[[str, str], PreparedText]
"""From a role and a text."""


def prepared_text(role: str, text: str) -> PreparedText:
    """A whole text, prepared."""
    return PreparedText(text, role=role)
