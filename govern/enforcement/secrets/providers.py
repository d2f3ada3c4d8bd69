"""Keys with a form of their own, by the service that gives them out: those of ``vendors.toml``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from govern.enforcement.secrets.checks import entropy_bits, random_looking
from govern.enforcement.secrets.literals import words_only
from govern.enforcement.secrets.published import published
from govern.enforcement.values.kind import ValueKind

_LIST = Path(__file__).with_name("vendors.toml")
_ANY = re.compile(r"W(?=[{*])")
_BLOB = 40
"""So many characters of Base64 before a key, and it is a piece of a picture or an archive."""
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_MARKS_OF_BASE64 = b"+/"
_KEY_OF_AWS = r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b"


def _aws_key_id(value: str) -> bool:
    return entropy_bits(value) > 2.5 and not published(value)


def _given_out(value: str) -> bool:
    return random_looking(value) and (any(map(str.isdigit, value)) or not words_only(value))


def begins_here(data: bytes, start: int, end: int, complete: bool) -> bool:
    """Whether it does not stand in a long run of Base64, whose marks look like the end of a word."""
    if not start or data[start - 1] not in _MARKS_OF_BASE64 or start < _BLOB:
        return True
    return not _BASE64.issuperset(data[start - _BLOB : start])


def _kind(id: str, forms: list[str], longest: int) -> ValueKind:
    return ValueKind(
        id,
        tuple(r"\b" + _ANY.sub("[A-Za-z0-9_-]", form) for form in forms),
        _given_out,
        alone=0.95,
        longest=longest,
        whole_run=True,
        severity="critical",
        glue="",
        around=begins_here,
    )


KINDS = (
    *(
        _kind(name, entry["forms"], entry.get("longest", 0))
        for name, entry in tomllib.loads(_LIST.read_text(encoding="utf-8")).items()
    ),
    ValueKind(
        "aws_access_key",
        (_KEY_OF_AWS,),
        _aws_key_id,
        alone=0.95,
        severity="critical",
        glue="",
        around=begins_here,
    ),
)
