"""Words that callers choose (models, parameters, tools, routes that name them), made fit for a header and for the record.

A header holds visible Latin characters and no line break; a record is read by people, on pages and in exports: neither grows with
what a caller sends.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

LONGEST = 200
"""Characters of one name."""
MOST_NAMES = 50
_HEADER_SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def bounded(word: str) -> str:
    """A caller's word for the record: at most `LONGEST` characters, what has no shape of its own replaced by U+FFFD."""
    if len(word) <= LONGEST and word.isascii() and word.isprintable():
        return word
    return _INVISIBLE.sub("\ufffd", word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…")


def bounded_names(names: Sequence[str]) -> list[str]:
    """Names for the record: at most `MOST_NAMES`, then how many more there were."""
    more = len(names) - MOST_NAMES
    return [bounded(name) for name in names[:MOST_NAMES]] + ([f"… {more} more"] if more > 0 else [])


def header_value(text: str) -> bytes:
    """A text as a header's value: as it is where it is plain ASCII, else with percent signs (RFC 3986), never with a line break."""
    text = bounded(text)
    return text.encode() if text.isascii() and text.isprintable() else quote(text, safe=_HEADER_SAFE).encode()


def header_list(names: Sequence[str]) -> bytes:
    """Names as a header's value, with a comma between; a name's own commas are written with percent signs."""
    return b", ".join(header_value(name).replace(b",", b"%2C") for name in bounded_names(names))
