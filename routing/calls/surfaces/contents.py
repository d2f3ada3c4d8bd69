"""What encoded data holds: a text, which guards read, or something that is no text."""

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

_URI = re.compile(
    r"\s*data:(?P<type>[^,;]{0,100})(?P<parameters>(?:;[^,;]{0,100}){0,16}?)(?P<base64>\s*;\s*base64\s*)?,",
    re.IGNORECASE,
)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_BLANK = re.compile(r"\s")
_BETWEEN = re.compile(r"[^A-Za-z0-9+/_-]")
"""What lenient readers of base64 pass over."""
_SEALED = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_WORDY = re.compile(r"[A-Za-z+/_-]{64}")
"""Of random letters of base64 one in six is a digit: so many without one are words."""
_LEAST_SEALED = 40
_URL_SAFE = str.maketrans("-_", "+/")
_TEXT_TYPE = re.compile(
    r"text/|application/(?:[\w.+-]*\+)?(?:json|xml|yaml|csv|javascript|ecmascript|sql|toml|x-[\w-]*(?:sh|yaml))\b"
)
_FIRST_BYTES = {
    "image": (
        *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM"),
        *(b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00"),
    ),
    "audio": (
        *(b"ID3", b"OggS", b"fLaC", b"FORM", b"#!AMR", b"MThd"),
        *(b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa", b"\xff\xf1", b"\xff\xf9"),
    ),
    "video": (b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3", b"FLV\x01"),
    "document": (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
}
_RIFF = {b"WEBP": "image", b"WAVE": "audio", b"AVI ": "video"}
_BRANDS = {b"avif": "image", b"heic": "image", b"heix": "image", b"mif1": "image", b"M4A ": "audio"}
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r\f"
_READABLE = 0.85
"""The share of ordinary characters from which bytes count as a text."""


class Content(NamedTuple):
    """Of encoded data: the `text` that it holds, or None; and what `kind` of file it is by its first bytes, or empty.

    A text with a `kind` is one by what is said of it alone: the bytes hold more than can be read of them.
    `exact`: it is base64 to the letter, so that nothing can be read in the letters themselves.
    """

    text: str | None
    kind: str
    size_bytes: int
    exact: bool = True


def data_uri_content(uri: str) -> Content | None:
    """The content of a base64 data URI; None for anything else, which is to be read as it stands."""
    head = _URI.match(uri)
    if head is None:
        return None
    data, declared = uri[head.end() :], f"{head['type']}{head['parameters']}"
    if head["base64"] is None:
        raw = unquote_to_bytes(data)
        return Content(raw.decode("utf-8", "replace"), "", len(raw), exact=False)
    return base64_content(data, declared, lenient=True)


def base64_content(data: str, media_type: str = "", *, lenient: bool = False) -> Content | None:
    """The content of base64, of the standard or the URL-safe alphabet; None for anything else.

    With blanks it is decoded as well, but then `kind` stays empty: the letters themselves are to be read too. So it is with any other
    character between them where the reading is `lenient`, for a place that can hold nothing but base64.
    """
    exact = True
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        loose = data.rstrip("=")
        exact = _BETWEEN.search(loose) is None
        if not exact:
            loose = _BETWEEN.sub("", loose) if lenient else _BLANK.sub("", loose)
        loose = loose.translate(_URL_SAFE)
        if lenient and len(loose) % 4 == 1:
            loose = loose[:-1]
        try:
            raw = base64.b64decode(loose + "=" * (-len(loose) % 4), validate=True)
        except (binascii.Error, ValueError):
            return None
    text = read_text(raw, media_type)
    if text is None:
        return Content(None, kind_of(raw) if exact else "", len(raw), exact)
    return Content(text, "" if _reads(text) else kind_of(raw) or "unknown", len(raw), exact)


def read_text(raw: bytes, media_type: str = "") -> str | None:
    """The text that a file is; None where it is none. What is said to be a text is read as one, whatever it holds."""
    declared = _TEXT_TYPE.match(media_type.strip().lower())
    for mark, codec in _MARKS:
        if raw.startswith(mark) and (declared or not kind_of(raw)):
            text = raw.decode(codec, "replace")
            if declared or _reads(text):
                return text
    if len(raw) >= 8:
        for codec, letters, zeros in (("utf-16-le", raw[::2], raw[1::2]), ("utf-16-be", raw[1::2], raw[::2])):
            if zeros.count(0) > 0.6 * len(zeros) and letters.count(0) < 0.1 * len(letters):
                text = raw.decode(codec, "replace")
                if _reads(text):
                    return text
    if declared:
        plain = raw.decode("utf-8", "replace")
        charset = _CHARSET.search(media_type)
        if charset is None or charset[1].lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
            return plain
        try:
            said = raw.decode(charset[1], "replace")
        except (LookupError, ValueError):
            return plain
        # whoever reads it may not care for what it says of itself
        return said if said == plain or not _reads(plain) else f"{said}\n{plain}"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        if len(raw) - len(raw.translate(None, _PLAIN)) < _READABLE * len(raw):
            return None
        return raw.decode("utf-8", "replace")
    return text if _reads(text) else None


def _reads(text: str) -> bool:
    """Whether hardly a character of it is a control character."""
    odd = sum(map(text.count, _ODD)) + text.count("\ufffd")
    return bool(text) and odd <= (1 - _READABLE) * len(text)


_ODD = [chr(code) for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r\f"]


def kind_of(raw: bytes) -> str:
    """`image`, `audio`, `video` or `document` by the first bytes of a file; empty for what is not known."""
    if raw.startswith(b"RIFF"):
        return _RIFF.get(raw[8:12], "")
    if raw[4:8] == b"ftyp":
        return _BRANDS.get(raw[8:12], "video")
    return next((kind for kind, beginnings in _FIRST_BYTES.items() if raw.startswith(beginnings)), "")


def is_sealed(text: str) -> bool:
    """Whether a text is what signatures and encrypted reasoning look like: base64 of bytes that nobody can read."""
    if len(text) < _LEAST_SEALED or _SEALED.fullmatch(text) is None or _WORDY.search(text):
        return False
    content = base64_content(text)
    return content is not None and content.text is None
