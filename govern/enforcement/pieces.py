"""What becomes whole only over several pieces of a stream: characters, placeholders of the vault, and the answer itself."""

from __future__ import annotations

from govern.enforcement.vault import Vault

BEGINNING = 64
"""Characters of a text by which a check may know that it cannot hold."""


class Halves:
    """Halves of a surrogate pair that arrive in two pieces."""

    def __init__(self) -> None:
        self.waiting = ""

    def joined(self, text: str) -> str:
        """The piece with what waited before it; a half at its end waits."""
        text, self.waiting = self.waiting + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self.waiting = text[:-1], text[-1]
        if not text.isascii() and any("\ud800" <= character <= "\udbff" for character in text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        return text

    def last(self) -> str:
        """The half that still waits, which nothing follows."""
        waiting, self.waiting = self.waiting, ""
        return waiting


class Restoring:
    """Placeholders of the input's vault, turned back also where they arrive in two pieces."""

    def __init__(self, vault: Vault | None) -> None:
        self._vault = vault
        self._waiting = ""

    def restored(self, text: str, *, complete: bool) -> str:
        """The piece with its values; what may be the beginning of a placeholder waits, unless the text is complete."""
        if not self._vault:
            return text
        text = self._waiting + text
        until = len(text) if complete else self._vault.open_from(text)
        self._waiting = text[until:]
        return self._vault.restore(text[:until])


class Whole:
    """All of a text, for checks that judge it at its end; `beginning` and `size` for those that may know earlier."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.beginning = ""
        self.size = 0
        """In characters, without a half that waited at the end."""

    def add(self, text: str) -> None:
        """The next piece."""
        self._pieces.append(text)
        self.size += len(text)
        if len(self.beginning) < BEGINNING:
            self.beginning += text[:BEGINNING]

    def text(self, last: str) -> str:
        """All of it, with what came last."""
        return "".join([*self._pieces, last])
