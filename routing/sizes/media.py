"""Tokens of pictures, documents and sound, by the tables of the families that read them.

Anthropic counts a picture as width times height by 750 after scaling its longer side to 1,568 pixels, at most about 1,600; OpenAI 85 and
170 for each tile of 512 pixels, after scaling it into 2,048 and its shorter side to 768; Google 258 for each tile of 768 pixels, and for a
page of a document, and 32 for a second of sound. Width and height are read from the file's first bytes.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from routing.sizes.base64_data import Base64Data

_ANTHROPIC_PICTURE = 1_600
_LONGEST_JPEG_SEGMENTS = 64
_PDF_LOOKED_AT_BYTES = 96 << 10
_PDF_PAGE_BYTES = 50_000
_MOST_PAGES = 3_000
_PAGES_UNKNOWN = 10
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})(?!\d)")
_SOUND_BYTES_A_SECOND = 16_000
"""Of MP3 at 128 kbit/s."""
_NO_SIZE = (0, 0)


class Picture(NamedTuple):
    """A picture; both numbers are 0 where they are not known."""

    width: int = 0
    height: int = 0
    low_detail: bool = False

    def tokens(self, family: str) -> int:
        """By the family's table; `family` as of `family_of`."""
        width, height = self.width, self.height
        if family == "openai":
            return 85 if self.low_detail else 85 + 170 * _openai_tiles(width or 1_024, height or 1_024)
        if family == "google":
            if max(width, height) <= 384:
                return 258
            return 258 * min(16, -(-width // 768) * -(-height // 768))
        scale = min(1.0, 1_568 / max(width, height, 1))
        known = round(width * scale * height * scale / 750)
        return max(1, min(_ANTHROPIC_PICTURE, known)) if width and height else _ANTHROPIC_PICTURE

    def least(self) -> int:
        """What no family stays below."""
        return 1


class Document(NamedTuple):
    """A document that is no text."""

    pages: int

    def tokens(self, family: str) -> int:
        """Pages as text and picture; Google's table has pictures alone."""
        return self.pages * (258 if family == "google" else 2_000)

    def least(self) -> int:
        """What no family stays below: a page of nothing."""
        return 1


class Sound(NamedTuple):
    """Speech or music."""

    seconds: int

    def tokens(self, family: str) -> int:
        """By the second."""
        return max(1, self.seconds * (10 if family == "openai" else 32))

    def least(self) -> int:
        """What no family stays below."""
        return 1


Media = Picture | Document | Sound


@lru_cache(1_024)
def family_of(name: str) -> str:
    """`anthropic`, `openai`, `google`, or nothing, by a model's family or name."""
    word = name.lower()
    if "claude" in word or "anthropic" in word:
        return "anthropic"
    if "gemini" in word or "gemma" in word or "google" in word:
        return "google"
    return "openai" if word.startswith(("openai", "gpt", "o1", "o3", "o4", "chatgpt")) else ""


def picture_of(url: str, *, low_detail: bool = False) -> Picture:
    """A picture at an address or in a data URI."""
    width, height = _pixels(Base64Data(url)) if url.startswith("data:") else _NO_SIZE
    return Picture(width, height, low_detail)


def media_of_base64(text: str) -> Media | None:
    """What base64 data holds, by its first bytes; None for what is not known here."""
    data = Base64Data(text)
    head = data.at(0, 12)
    if head[:4] == b"%PDF":
        return document_of(data)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return sound_of(data)
    if head[:4] in (b"\x89PNG", b"GIF8", b"RIFF") or head[:3] == b"\xff\xd8\xff":
        return Picture(*_pixels(data))
    if head[:3] == b"ID3" or head[:4] == b"OggS" or head[:4] == b"fLaC":
        return sound_of(data)
    return None


def document_of(data: Base64Data) -> Document:
    """The pages of a PDF, as its first and last pieces tell them, or by its size."""
    raw = data.at(0, _PDF_LOOKED_AT_BYTES)
    if data.length > _PDF_LOOKED_AT_BYTES:
        raw += data.at(max(_PDF_LOOKED_AT_BYTES, data.length - _PDF_LOOKED_AT_BYTES), _PDF_LOOKED_AT_BYTES + 3)
    told = max((int(count) for count in _COUNT.findall(raw)), default=0)
    pages = max(told, sum(1 for _ in _PAGE.finditer(raw))) or -(-data.length // _PDF_PAGE_BYTES)
    return Document(min(max(1, pages), _MOST_PAGES))


def unknown_document() -> Document:
    """A document that is somewhere else."""
    return Document(_PAGES_UNKNOWN)


def sound_of(data: Base64Data) -> Sound:
    """The length of a sound: by the rate that a WAV file states, or by its size."""
    head = data.at(0, 32)
    rate = int.from_bytes(head[28:32], "little") if head[:4] == b"RIFF" and len(head) == 32 else 0
    return Sound(max(1, data.length // (rate if 1_000 <= rate <= 2_000_000 else _SOUND_BYTES_A_SECOND)))


def _openai_tiles(width: int, height: int) -> int:
    scale = min(1.0, 2_048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    return -int(-width * scale // 512) * -int(-height * scale // 512)


def _pixels(data: Base64Data) -> tuple[int, int]:
    """Width and height; zeros where the first bytes do not tell."""
    head = data.at(0, 30)
    if len(head) < 30:
        return _NO_SIZE
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if head[:4] == b"GIF8":
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp_pixels(head)
    return _jpeg_pixels(data) if head[:2] == b"\xff\xd8" else _NO_SIZE


def _webp_pixels(head: bytes) -> tuple[int, int]:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if head[12:16] == b"VP8 ":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return _NO_SIZE


def _jpeg_pixels(data: Base64Data) -> tuple[int, int]:
    """Goes from segment to segment, over previews and colour profiles, to the frame's head."""
    offset = 2
    for _ in range(_LONGEST_JPEG_SEGMENTS):
        segment = data.at(offset, 9)
        if len(segment) < 9 or segment[0] != 0xFF:
            break
        if segment[1] == 0xFF:  # a fill byte
            offset += 1
        elif 0xC0 <= segment[1] <= 0xCF and segment[1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big")
        else:
            offset += 2 + int.from_bytes(segment[2:4], "big")
    return _NO_SIZE
