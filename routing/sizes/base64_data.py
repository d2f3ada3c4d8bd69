"""Looking into base64 without decoding all of it."""

import base64
import binascii


class Base64Data:
    """Bytes in base64, with or without a data URI's head."""

    __slots__ = ("_start", "_text", "length")

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = text.find(",", 0, 256) + 1 if text.startswith("data:") else 0
        self.length = (len(text) - self._start) * 3 // 4
        """How many bytes it holds, about."""

    def at(self, offset: int, length: int) -> bytes:
        """The bytes from an offset on; fewer at the end, none where the text is no base64 there."""
        skipped = offset % 3
        start = self._start + offset // 3 * 4
        piece = self._text[start : start + (skipped + length + 2) // 3 * 4]
        if "-" in piece or "_" in piece:
            piece = piece.replace("-", "+").replace("_", "/")
        try:
            raw = base64.b64decode(piece + "=" * (-len(piece) % 4))
        except (binascii.Error, ValueError):
            return b""
        return raw[skipped : skipped + length]
