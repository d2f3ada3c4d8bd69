"""Words that announce a value: "passport", "身分證", "codice fiscale"."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from pathlib import Path

from govern.enforcement.folding import Folded
from govern.enforcement.scanner import CASELESS, START, Pattern, PatternDatabase
from govern.enforcement.values.kind import REACH_BEFORE, ValueKind, words

UNLIKELY = words(
    "order, ticket, invoice, issue, sku, version, model, tracking, batch, commit, sha256, sha1, md5, ean, "
    "isbn, rfc, iso, part number, serial, section, build, release, ratio, port, chapter, page, article number, "
    "upc, gtin, timestamp, epoch, checksum, revision, bestellung, rechnung, factura, facture, commande, "
    "pedido, 訂單, 發票號碼, 订单, ref"
)
"""Words before a number that say it is something else."""
_UNLIKELY_ALONE = (-1,)


class CueIndex:
    """All cue words of all kinds as one database."""

    def __init__(self, kinds: Iterable[ValueKind], *, cache_directory: Path | None = None) -> None:
        words: dict[str, set[int]] = {}
        for number, kind in enumerate(kinds):
            for cue in kind.cues:
                words.setdefault(_folded(cue), set()).add(number)
        self._unlikely = -1
        for cue in UNLIKELY:
            words.setdefault(_folded(cue), set()).add(self._unlikely)
        self._kinds = [tuple(numbers) for numbers in words.values()]
        self._database = PatternDatabase(
            [Pattern(word, _expression(word), CASELESS | START) for word in words], cache_directory=cache_directory
        )
        self.version = self._database.version

    def locate(self, folded: Folded) -> CueSightings:
        """Where cues stand in the text, by kind, in positions of the view."""
        if folded.is_ascii:
            return CueSightings(
                (self._kinds[pattern], start, end) for pattern, start, end in self._database.find(folded.data)
            )
        data = folded.characters.encode("utf-8", "replace")
        matches = self._database.find(data)
        positions = _character_positions(data, {edge for match in matches for edge in match[1:]})
        return CueSightings((self._kinds[pattern], positions[start], positions[end]) for pattern, start, end in matches)


class CueSightings:
    """Cues found in one text."""

    def __init__(self, sightings: Iterable[tuple[tuple[int, ...], int, int]]) -> None:
        self._ends: dict[int, list[int]] = {}
        self._starts: dict[int, list[int]] = {}
        self.places: list[tuple[int, int]] = []
        """Start and end of each that names a kind."""
        for numbers, start, end in sightings:
            if numbers != _UNLIKELY_ALONE:
                self.places.append((start, end))
            for number in numbers:
                self._ends.setdefault(number, []).append(end)
                self._starts.setdefault(number, []).append(start)
        for starts in self._starts.values():
            starts.sort()
        for ends in self._ends.values():
            ends.sort()

    @property
    def kinds(self) -> Collection[int]:
        """The numbers of the kinds that something in the text names."""
        return self._ends.keys()

    def distance(self, number: int, kind: ValueKind, start: int, end: int) -> int | None:
        """Characters between the nearest cue of ``kind`` and a value at ``start:end``; None when no cue is close enough."""
        nearest: int | None = None
        ends = self._ends.get(number)
        if ends:
            index = bisect_right(ends, start) - 1
            if index >= 0 and start - ends[index] <= kind.reach_before:
                nearest = start - ends[index]
            if kind.alone >= 0.5:
                return nearest
            starts = self._starts[number]
            index = bisect_left(starts, end)
            if index < len(starts) and starts[index] - end <= kind.reach_after:
                after = starts[index] - end + REACH_BEFORE  # a word before says more than one after
                nearest = after if nearest is None else min(nearest, after)
        return nearest

    def unlikely(self, start: int) -> bool:
        """Whether one of ``UNLIKELY`` stands right before ``start``."""
        ends = self._ends.get(-1)
        index = bisect_right(ends, start) - 1 if ends else -1
        return index >= 0 and start - ends[index] <= 12  # type: ignore[index]


def _folded(word: str) -> str:
    return Folded(word.lower()).characters


def _expression(word: str) -> str:
    """Short Latin words stand alone, long ones may be part of a compound; CJK and the like know no word boundaries."""
    body = "".join(_letter(character) for character in word)
    if not word.isascii():
        return body
    left = r"(?:\b|_)"
    right = r"(?:\b|_)" if len(word) < 6 else ""
    return f"{left}{body}{right}"


def _letter(character: str) -> str:
    if character == " ":
        return r"[\s_\-]{0,3}"
    if character.isascii():
        return character if character.isalnum() else f"\\x{ord(character):02x}"
    forms = {unicodedata.normalize("NFC", form) for form in (character, character.upper())}
    spelled = ["".join(f"\\x{byte:02x}" for byte in form.encode()) for form in sorted(forms)]
    return spelled[0] if len(spelled) == 1 else f"(?:{'|'.join(spelled)})"


def _character_positions(data: bytes, offsets: set[int]) -> dict[int, int]:
    """Character positions for byte offsets into UTF-8, counted once from left to right."""
    positions: dict[int, int] = {}
    last = count = 0
    for offset in sorted(offsets):
        count += len(data[last:offset].decode("utf-8", "ignore"))
        positions[offset] = count
        last = offset
    return positions
