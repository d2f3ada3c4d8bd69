"""Sentences put together from parts, set as their language sets them.

Chinese has no space between its own characters and one beside Latin words and numbers; with which of them a part begins and ends is not
known when a sentence is translated.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
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
    if not _wants_it():
        return format_html(str(text), *args, **parts)
    return mark_safe(reduce(_meet, _pieces(str(text), conditional_escape, args, parts), ""))  # noqa: S308 (parts are escaped, the text is ours)


def filled(text: str, parts: Mapping[str, object]) -> str:
    """`str.format` of a plain text, in the same way."""
    if not _wants_it():
        return text.format(**parts)
    return reduce(_meet, _pieces(text, str, (), parts), "")


def _wants_it() -> bool:
    return (get_language() or "").startswith("zh")


def _pieces(
    text: str, write: Callable[[Any], str], args: Sequence[object], parts: Mapping[str, object]
) -> Iterator[str]:
    unnamed = iter(args)
    for literal, name, _format, _conversion in Formatter().parse(text):
        yield literal
        if name is not None:
            yield write(parts[name] if name else next(unnamed))


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
