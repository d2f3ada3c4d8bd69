"""Sentences put together from parts, set as their language sets them.

Chinese has no space between its own characters and one beside Latin words and numbers; with which of them a part begins and ends is not
known when a sentence is translated.
"""

import re
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_TAG = re.compile(r"<[^>]*>")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_MARK = re.compile(r"[　-〿！-｠]")
"""Punctuation that brings its own space."""
_WORD = re.compile(r"[^\W_]|[$%]")


def composed(text: str | Promise, *args: object, **parts: object) -> SafeString:
    """`format_html`, where in Chinese the spaces around each part are those that it wants there. Nothing within a part is changed."""
    if not (get_language() or "").startswith("zh"):
        return format_html(str(text), *args, **parts)
    whole = ""
    for piece in _pieces(str(text), args, parts):
        whole = _meet(whole, piece)
    return mark_safe(whole)  # noqa: S308 (parts are escaped, the text is ours)


def _pieces(text: str, args: Sequence[object], parts: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    unnamed = iter(args)
    for literal, name, _format, _conversion in Formatter().parse(text):
        found.append(literal)
        if name is not None:
            part: Any = parts[name] if name else next(unnamed)
            found.append(conditional_escape(part))
    return found


def _meet(left: str, right: str) -> str:
    """Two pieces of a sentence side by side."""
    before, after = _TAG.sub("", left).rstrip(" ")[-1:], _TAG.sub("", right).lstrip(" ")[:1]
    if not before or not after:
        return left + right
    kinds = [bool(_HAN.match(char)) for char in (before, after)]
    if all(kinds) or _MARK.match(before) or _MARK.match(after):
        return left.rstrip(" ") + right.lstrip(" ")
    if any(kinds) and _WORD.match(after if kinds[0] else before):
        return f"{left.rstrip(' ')} {right.lstrip(' ')}"
    return left + right
