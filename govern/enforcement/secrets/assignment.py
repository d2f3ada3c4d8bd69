"""A name, what joins it to its value, and the value: `NAME=text`, `"name": "text"`, `<name>text</name>`, `--name text`, `name is text`."""

from __future__ import annotations

import re
from typing import NamedTuple

_REST_OF_NAME = r"[A-Za-z0-9_\-.&/$]*"
_MARK = r"[\\\"'`\])}({\[:=<>?+|~,@]"
_NEXT_LINE = r"[\r\n]+[ \t]*value[ \t]*:[ \t\"']*"
"""Between the name of a setting and its value in lists of both."""
_MARKS = (
    rf"(?:\s*{_MARK}[\s\\\"'`\])}}({{\[:=<>?+|~,\-&@]*| \.=[\s\"']*"
    rf"| (?:is|was|ist|es|est|by|with|string|str)[ :=\"'`(]+|{_NEXT_LINE})"
)
_TYPED = r"(?:value[\s=:\"']+|[A-Za-z]{1,12}\??(?: ?= ?)?[\"'])?"
"""Before a value: the word `value`, its type and an equals sign, or what says how the text in quotation marks is meant (`b'`)."""
BEHIND = rf"{_REST_OF_NAME}{_MARKS}{_TYPED}[^\s\"'`<>]{{6,}}"
"""After a word of a name: its rest, what joins it to a value, the value. Looser than ``assignment``, which reads what matches."""
BEHIND_BLANK = rf"{_REST_OF_NAME}[ \t]{{1,3}}[\"']?[A-Za-z]{{0,16}}[^A-Za-z\s\"'`<>][^\s\"'`<>]+"
BEHIND_SHORT = r"[\s\\\"'`\])}({\[:=<>?+|~,\-]*(?:is )?[A-Za-z]{0,16}[^A-Za-z\s\"'`<>][^\s\"'`<>]{4,}"
BEHIND_RELATED = r" (?:of|for|in) [A-Za-z0-9_@.\-]+[ :=]+(?:is )?[^\s\"'`<>]{6,}"
"""The same with what it belongs to: `password for the_shop: text`."""
BEHIND_QUOTED = rf"{_REST_OF_NAME}{_MARKS}(?:value[\s=:]+)?[\"'][^\"'\r\n]+[\"']"
"""The same with a text of several words."""

_NAME = re.compile(r"[A-Za-z0-9_\-.&/$]{1,80}+")
_RELATED = re.compile(r" (?:(?:of|for|in|on) [A-Za-z0-9_@.\-]{1,24}+|string|str)(?=[ =:])")
_OPERATOR = re.compile(
    r"(?i)\\{0,2}+[\"'\])}]{0,2}+(\s{0,16}+)"
    r"(: ?[A-Za-z]{2,12}+ ?=(?!=)|[<>?+.|~]?=>?|:{1,3}=|:|-{1,2}>|\(|,(?! ?\s?[\"']?value)|\||>|-"
    r"|(?<=\s)(?:is|was|ist|es|est|by|with)\b:?|,? ?\s?[\"']?value[\"']? ?[=:]|)"
    r"(\s{0,16}+)((?:[|>][+\-]?+|\\)\s{1,16}+)?((?:[bu@](?=[\\\"'{(]))?\\{0,2}+[\"'`({\[]{0,3}+)"
)
_IN_QUOTES = {'"': re.compile(r'[^"\r\n<>]{1,80}+'), "'": re.compile(r"[^'\r\n<>]{1,80}+")}
_RUN = re.compile(r"[^\s\"'`<>]{6,}+")
_NEXT = re.compile(r"[;&,] ?[A-Za-z_][\w.\-]{0,30}[=:]|\\[nrt\"']|\)[;,)\]]")
_CLOSING = ";,.)]}>\\|&"
_MOST_CLOSING = 4


class Assignment(NamedTuple):
    """``text`` stands at ``start:end`` of the match. ``quote``: the mark before it, or nothing."""

    name: str
    operator: str
    quote: str
    start: int
    end: int
    text: str

    @property
    def in_prose(self) -> bool:
        """Whether what joins them joins words of a sentence just as well."""
        return self.operator in _OF_PROSE


_OF_PROSE = frozenset(("", ",", "(", "-", "|", "is", "was", "ist", "es", "est", "by", "with"))


def assignment(match: str) -> Assignment | None:
    """The parts of a match of a word and ``BEHIND_NAME``; None where one of them is not there after all."""
    name = _NAME.match(match)
    if name is None:
        return None
    related = _RELATED.match(match, name.end())
    joined = _OPERATOR.match(match, related.end() if related is not None else name.end())
    if joined is None:
        return None
    space, operator, gap, folded, opening = joined.groups()
    if not operator and not (space or gap):
        return None
    quote = opening[-1:] if opening[-1:] in ("'", '"', "`") else ""
    if "\n" in space + gap and not (quote or folded or operator == ">" or "value" in operator.lower()):
        return None  # the next line is of something else
    start = joined.end()
    escaped = "\\" in opening
    found = _IN_QUOTES[quote].match(match, start) if quote in _IN_QUOTES and not escaped else None
    if found is not None and match[found.end() : found.end() + 1] == quote:
        text = found[0]
    else:
        run = _RUN.match(match, start)
        if run is None:
            return None
        text = without_what_follows(run[0])
    return Assignment(name[0], operator.lower().rstrip(":") or operator, quote, start, start + len(text), text)


def without_what_follows(text: str) -> str:
    """Up to the next name and value, and without the marks that end a sentence, a list or a call; brackets opened in it stay."""
    follows = _NEXT.search(text)
    if follows is not None and follows.start() > 3:
        text = text[: follows.start()]
    for _ in range(_MOST_CLOSING):
        last = text[-1:]
        if not last or last not in _CLOSING or (last == ")" and "(" in text) or (last == "]" and "[" in text):
            break
        text = text[:-1]
    return text
