"""JSON in a string, such as the arguments of a tool call: escapes could hide a value there, and redaction must keep the JSON whole."""

from __future__ import annotations

import re

import msgspec

from govern.enforcement.redaction import Replacement

_ESCAPE = re.compile(r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_UNICODE_ESCAPE = len("u0000")
_AS_SEEN = {"n": "\n", "r": "\r", "t": "\t", "u000a": "\n", "u000d": "\r", "u0009": "\t"}

_OF_JSON = '"\\/bfnrtu'
_SHORTER = {"u000a": "\\n", "u000d": "\\r", "u0009": "\\t"}


def is_json(role: str, text: str) -> bool:
    """Whether a text is read as JSON: arguments of a tool, which may not be complete, and what a tool or a document says if it is JSON."""
    if role == "tool_arguments":
        return True
    if role not in ("tool", "document", "user") or text[:64].lstrip()[:1] not in ("{", "["):
        return False
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True


def plain_arguments(text: str) -> str:
    """``text`` without the escapes that need not be. Findings and replacements refer to the result."""
    return _ESCAPE.sub(_plain, text) if "\\" in text else text


def arguments_as_read(text: str) -> str:
    """``plain_arguments`` with the escapes that must be (line ends, quotes) as the space that they are to a reader, length for length."""
    return _ESCAPE.sub(_space, text) if "\\" in text else text


def quoted_where_bare(text: str, replacements: list[Replacement]) -> list[Replacement]:
    """Replacements that stand for a number become strings."""
    return [item._replace(around='"') if _is_bare(text, item) else item for item in replacements]


def _plain(found: re.Match[str]) -> str:
    escape = found[1]
    if escape == "/":
        return "/"
    if len(escape) < _UNICODE_ESCAPE:
        return found[0]
    if escape.lower() in _SHORTER:
        return _SHORTER[escape.lower()]
    pair = escape.split("\\u")
    text = "".join(chr(int(half.removeprefix("u"), 16)) for half in pair)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return found[0] if text in ('"', "\\") or text < " " else text


def _space(found: re.Match[str]) -> str:
    if found[1][0] not in _OF_JSON:
        return found[0]  # no escape at all, and what follows is to be read
    return _AS_SEEN.get(found[1].lower(), " ") * len(found[0])


def _is_bare(text: str, item: Replacement) -> bool:
    before, after = item.start - 1, item.end
    while before >= 0 and text[before].isspace():
        before -= 1
    while after < len(text) and text[after].isspace():
        after += 1
    if before < 0 or after == len(text) or text[before] not in ":[," or text[after] not in ",}]":
        return False
    return '"' not in text[item.start : item.end]
