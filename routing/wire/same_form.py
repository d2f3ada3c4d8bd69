"""Events that differ from one another in one text alone, as nearly all of a stream do: told apart by what stands around the text."""

from collections.abc import Callable

import msgspec

_read_text = msgspec.json.Decoder(str).decode
_MOST_MISSES = 4
"""Of so many forms in a row of which none came twice, a stream is taken to change more than its texts."""
_MARK = "\u241f another text"
"""Stands in the place of the text while its place is looked for."""


class SameForm:
    """The form of one event: the bytes before a text and behind it. Where both stand again around one JSON string, the event says the same
    but for that text, since a string may stand wherever another one does.
    """

    __slots__ = ("_head", "_left", "_tail")

    def __init__(self) -> None:
        self._left = _MOST_MISSES
        self._head = self._tail = b""

    def learn(self, data: bytes, text: str, text_of: Callable[[bytes], str | None]) -> None:
        """Takes the form of an event that says `text`. `text_of` reads such an event, None where it is one of another kind: it is asked
        whether the place is the right one."""
        if not self._left:
            return
        self._left -= 1
        written = msgspec.json.encode(text)
        at = data.rfind(written)
        head, tail = data[:at], data[at + len(written) :]
        known = at >= 0 and text_of(head + msgspec.json.encode(_MARK) + tail) == _MARK
        self._head, self._tail = (head, tail) if known else (b"", b"")

    def text(self, data: bytes) -> str | None:
        """The text of an event of the form; None for any other."""
        head, tail = self._head, self._tail
        if not head or not data.startswith(head) or not data.endswith(tail):
            return None
        try:
            text = _read_text(data[len(head) : len(data) - len(tail)])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        self._left = _MOST_MISSES
        return text
