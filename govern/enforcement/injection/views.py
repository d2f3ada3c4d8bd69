"""Decoding views: what a text says once an encoding is taken off, and only where a trigger matched. ``examination`` goes two layers deep.

Every slice is decoded, however many there are and however long: what stands behind a crowd of decoys is read, too. Slices are looked for
in stretches of ``_STRETCH`` characters with expressions that need a bounded number of steps a character, so the cost is linear, and
between two stretches the clock is looked at.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

import numpy as np

from govern.enforcement.clock import check
from govern.enforcement.injection.fold import LETTER, OTHER, Folded
from govern.enforcement.injection.scrambled import restored, scrambled_in

_SLICE_CHARACTERS = 8192
_VIEW_CHARACTERS = 2 * _SLICE_CHARACTERS
_VIEW_OVERLAP = 512
_PIECE = 8136  # of a long slice; a multiple of every unit's length (2, 3, 4, 8, 9), so that none is cut
_STRETCH = 65_536
_LONGEST_FAILURE = 256  # no expression looks further than this at a place where it does not match
_FEWEST_LEET = 4
_ROT13 = str.maketrans(
    "ABCDEFGHIJKLMabcdefghijklmNOPQRSTUVWXYZnopqrstuvwxyz", "NOPQRSTUVWXYZnopqrstuvwxyzABCDEFGHIJKLMabcdefghijklm"
)
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_ROT13_WORDS = re.compile(
    r"(?i)vtaber|qvfertneq|sbetrg|olcnff|bireevqr|cerivbhf|vafgehpgvba|flfgrz|cebzcg|cnffjbeq|erirny|ehyrf|cergraq|erfgevpgvba"
)
_REVERSED_WORDS = re.compile(
    r"(?i)erongi|dragersid|tegrof|ssapyb|edirrevo|suoiverp|noitcurtsni|metsys|tpmorp|drowssap|laever|dneterp|noitcirtser"
)
_MORSE = {
    ".-": "a", "-...": "b", "-.-.": "c", "-..": "d", ".": "e", "..-.": "f", "--.": "g", "....": "h", "..": "i", ".---": "j", "-.-": "k", ".-..": "l", "--": "m", "-.": "n", "---": "o", ".--.": "p", "--.-": "q", ".-.": "r", "...": "s", "-": "t",
    "..-": "u", "...-": "v", ".--": "w", "-..-": "x", "-.--": "y", "--..": "z", "/": " ", "-----": "0", ".----": "1", "..---": "2", "...--": "3", "....-": "4", ".....": "5", "-....": "6", "--...": "7", "---..": "8", "----.": "9",
}  # fmt: skip

_A_LITERAL = re.compile(r"[\"'\x60][^\"'\x60\n]{0,60}+[\"'\x60]")
_NOT_PLAIN = re.compile(r"[^\w .,:;!?'\"\-\n%&#\\]|_")


class View(NamedTuple):
    """``start`` and ``end`` delimit the encoded characters in the normalised text."""

    kind: str
    text: str
    start: int
    end: int


def _readable(data: bytes) -> str:
    """Decoded bytes as text, or nothing when they are not text."""
    text = data.replace(b"\x00", b"").decode("utf-8", "ignore")
    if len(text) < 6:
        return ""
    plain = len(text) - len(_NOT_PLAIN.findall(text))
    return text if plain >= 0.85 * len(text) and len(text.encode()) >= 0.9 * len(data.replace(b"\x00", b"")) else ""


def _from_base64(encoded: str) -> str:
    if encoded.islower() or encoded.isupper() or encoded.isdigit():
        return ""
    body = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _from_base32(encoded: str) -> str:
    body = encoded.rstrip("=")
    try:
        return _readable(base64.b32decode(body + "=" * (-len(body) % 8)))
    except binascii.Error:
        return ""


def _from_literals(code: str) -> str:
    """Strings that are put together, as one; and with a blank between them, if they are whole words."""
    pieces = [piece[1:-1] for piece in _A_LITERAL.findall(code)]
    return "".join(pieces) + "\n" + " ".join(pieces) if len(pieces) > 1 else ""


def _from_hex(encoded: str) -> str:
    digits = re.sub(r"[^0-9a-fA-F]", "", encoded.replace("\\x", ""))
    return _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _from_escapes(encoded: str) -> str:
    return re.sub(r"\\u\{?([0-9a-fA-F]{4,6})\}?", lambda found: chr(min(int(found[1], 16), 0x10FFFF)), encoded)


def _from_binary(encoded: str) -> str:
    bits = re.sub(r"[^01]", "", encoded)
    return _readable(bytes(int(bits[place : place + 8], 2) for place in range(0, len(bits) // 8 * 8, 8)))


def _from_morse(encoded: str) -> str:
    return "".join(_MORSE.get(sign, " " if not sign else "") for sign in re.split(r"[ ]", encoded.replace("/", " / ")))


def _from_spaced(encoded: str) -> str:
    """Single letters joined: the commonest gap joins, every other one parts words."""
    gaps = re.findall(r"[^A-Za-z0-9]+", encoded)
    joint = max(sorted(Counter(gaps).items()), key=lambda gap: gap[1])[0]
    return re.sub(r"[^A-Za-z0-9]+", lambda gap: "" if gap[0] == joint else " ", encoded)


_SLICES: dict[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "base64": (re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}"), _from_base64),
    "base32": (re.compile(r"[A-Z2-7]{24,}={0,6}"), _from_base32),
    "dotted": (re.compile(r"(?:\b[A-Za-z]{1,14}+\.[ \n]){6,}"), lambda words: words.replace(".", "")),
    "prefixed": (
        re.compile(r"(?:0x[0-9a-fA-F]{2}[ ,;:]{0,2}){8,}"),
        lambda encoded: _from_hex(encoded.replace("0x", "")),
    ),
    "joined": (
        re.compile(
            r"[\"'\x60][^\"'\x60\n]{0,60}+[\"'\x60](?: {0,2}+(?:\+|\.{1,2}|&|\|\||~) {0,2}+\n?[\"'\x60][^\"'\x60\n]{0,60}+[\"'\x60])++|[A-Za-z_$][A-Za-z0-9_ ]{0,20}+:?= ?[\"'\x60][^\"'\x60\n]{0,60}+[\"'\x60](?:[ ;,\n]{1,4}+[A-Za-z_$][A-Za-z0-9_ ]{0,20}+:?= ?[\"'\x60][^\"'\x60\n]{0,60}+[\"'\x60])++"
        ),
        _from_literals,
    ),
    "hex": (re.compile(r"(?:\\x[0-9a-fA-F]{2}){4,}|(?:[0-9a-fA-F]{2}[ :,\-]?){12,}"), _from_hex),
    "percent": (re.compile(r"(?:%[0-9a-fA-F]{2}[^%\s]{0,40}){3,}"), unquote),
    "entities": (re.compile(r"(?:&#x?[0-9a-fA-F]{2,6};[^&\n]{0,3}){4,}"), html.unescape),
    "escapes": (re.compile(r"(?:\\u\{?[0-9a-fA-F]{4,6}+\}?+[^\\\n]{0,3}+){4,}"), _from_escapes),
    "binary": (re.compile(r"(?:[01]{8}[ ,]?){6,}"), _from_binary),
    "morse": (re.compile(r"(?:[.\-]{1,5}[ /]{1,3}){10,}[.\-]{0,5}"), _from_morse),
    "spaced": (re.compile(r"(?:[A-Za-z0-9][ .*_|/\-]{1,3}){7,}[A-Za-z0-9]"), _from_spaced),
}

ENCODINGS = frozenset(("base64", "base32", "hex", "percent", "entities", "escapes", "binary"))
"""The kinds that can hold one another."""


def open_views(
    text: str, leet: tuple[int, int] | None, triggered: list[str], *, deadline: float | None = None
) -> Iterator[View]:
    """The views of ``text`` for the kinds whose trigger matched, and of where it is ``leet``. Raises `OutOfTime`."""
    for kind in triggered:
        if kind == "scrambled":
            yield from _restored(text, deadline)
        elif kind == "rot13" or kind == "reversed":
            yield from _mirrored(kind, text, deadline)
        else:
            yield from _decoded(kind, text, deadline)
    if leet is not None:
        yield View("leet", text[leet[0] : leet[1]].translate(_LEET), *leet)


def _decoded(kind: str, text: str, deadline: float | None) -> Iterator[View]:
    """What the slices of one kind say, a line each, in views of bounded size that overlap."""
    expression, decode = _SLICES[kind]
    said = ""
    start = end = 0
    for first, last in _slices(expression, text, deadline):
        if kind == "percent":
            first = _word_start(text, first, end)
        plain = "".join(decode(text[at : min(at + _PIECE, last)]) for at in range(first, last, _PIECE))
        if not plain:
            continue
        start = start if said else first
        said, end = f"{said}\n{plain}" if said else plain, last
        at = 0
        while len(said) - at > _VIEW_CHARACTERS:
            yield View(kind, said[at : at + _VIEW_CHARACTERS], start, end)
            at, start = at + _VIEW_CHARACTERS - _VIEW_OVERLAP, first
        said = said[at:]
    if said:
        yield View(kind, said, start, end)


def _slices(expression: re.Pattern[str], text: str, deadline: float | None) -> Iterator[tuple[int, int]]:
    """Where the expression matches, from left to right."""
    at, size = 0, len(text)
    while at < size:
        check(deadline)
        until = min(at + _STRETCH, size)
        found = expression.search(text, at, until)
        if found is None:
            at = until if until == size else until - _LONGEST_FAILURE
        elif found.end() == until < size:  # it may go on
            whole = expression.match(text, found.start())
            yield found.start(), whole.end() if whole else found.end()
            at = max(until, whole.end() if whole else 0)
        else:
            yield found.span()
            at = found.end()


def _word_start(text: str, at: int, earliest: int) -> int:
    """Where the word begins in which ``at`` stands, at most 40 characters before."""
    first = max(earliest, at - 40)
    while at > first and not text[at - 1].isspace() and text[at - 1] != "%":
        at -= 1
    return at


def _mirrored(kind: str, text: str, deadline: float | None) -> Iterator[View]:
    """Around every word that is written so; what one view shows already opens no other."""
    expression = _ROT13_WORDS if kind == "rot13" else _REVERSED_WORDS
    shown = 0
    for first, last in _slices(expression, text, deadline):
        if last <= shown:
            continue
        start, end = max(0, first - _SLICE_CHARACTERS // 2), min(len(text), last + _SLICE_CHARACTERS // 2)
        part, shown = text[start:end], end
        yield View(kind, part.translate(_ROT13) if kind == "rot13" else part[::-1], start, end)


def _restored(text: str, deadline: float | None) -> Iterator[View]:
    """Around every word with its letters out of order, where a word of attacks comes out of it."""
    shown = 0
    for first, last in scrambled_in(text):
        check(deadline)
        if last <= shown:
            continue
        start, end = max(0, first - _SLICE_CHARACTERS // 8), min(len(text), last + _SLICE_CHARACTERS // 8)
        part, shown = text[start:end], end
        if (meant := restored(part)) != part:
            yield View("scrambled", meant, start, end)


def leet_span(folded: Folded) -> tuple[int, int] | None:
    """Where letters are written as digits and signs, if they are in so many places that it is a way of writing."""
    codes, classes = folded.codes, folded.classes
    if len(codes) < 8:
        return None
    digit = codes - np.uint32(48) < 10
    sign = digit | (codes == 64) | (codes == 36) | (codes == 33)
    if np.count_nonzero(sign) < _FEWEST_LEET:
        return None
    # a sign before a letter: "ign0re", "1gnore"; "sha256" and "2nd" have one such place at most
    places = np.flatnonzero(sign[1:-1] & (classes == LETTER)[2:] & ~digit[2:])
    breaks = int((classes == OTHER).sum())  # words have ends; a token of forty letters and digits is no leet
    if len(places) < _FEWEST_LEET or len(places) < 0.02 * len(codes) or breaks * 16 < len(codes):
        return None
    start = max(0, int(places[0]) - 64)
    return start, min(len(codes), int(places[-1]) + 64, start + _SLICE_CHARACTERS)
