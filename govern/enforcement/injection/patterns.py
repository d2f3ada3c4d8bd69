"""The compiled patterns of the detector, over the folded bytes: rules, and triggers for decoding views.

They are matched in three steps, and the second and third are taken only where they can match: rules that are dear to look for wait until
the end of theirs is seen, encodings until the text has anything that may be one.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from govern.enforcement.injection.fold import fold
from govern.enforcement.injection.rules import ENDINGS, RULES
from govern.enforcement.injection.scrambled import SCRAMBLED
from govern.enforcement.scanner import MULTILINE, ONCE, Pattern, PatternDatabase

TRIGGERS: dict[str, str] = {
    "rot13": r"\b(?:vtaber|qvfertneq|sbetrg|olcnff|bireevqr|cerivbhf|vafgehpgvbaf?|flfgrz|cebzcg|cnffjbeq|erirny|ehyrf|cergraq|erfgevpgvbaf?)\b",
    "reversed": r"\b(?:erongi|dragersid|tegrof|ssapyb|edirrevo|suoiverp|snoitcurtsni|noitcurtsni|metsys|tpmorp|drowssap|laever|dneterp|snoitcirtser)\b",
    "scrambled": SCRAMBLED,
    "dotted": r"(?:\b[a-z]{1,14}\.[ \n]){6,}",
    "prefixed": r"(?:0x[0-9a-f]{2}[ ,;:]{0,2}){8,}",
    "joined": r"[\"'\x60] ?(?:\+|\.{1,2}|&|\|\||~) ?[\"'\x60][^\"'\x60\n]{0,40}[\"'\x60] ?(?:\+|\.{1,2}|&|\|\||~) ?[\"'\x60]|[a-z_]\w{0,12} ?:?= ?[\"'][^\"'\n]{3,80}[\"'][ ;,\n]{0,4}(?:let |const |var )?[a-z_$]\w{0,12} ?:?= ?[\"'][^\"'\n]{3,80}[\"']",
}
ENCODED: dict[str, str] = {
    "base64": r"[a-z0-9+/_\-]{20,}",
    "base32": r"[a-z2-7]{24,}={0,6}",
    "hex": r"(?:[0-9a-f]{2}[ :,\-]?){12,}|(?:\\x[0-9a-f]{2}){4,}",
    "percent": r"(?:%[0-9a-f]{2}[^%\n]{0,16}){3,}",
    "entities": r"(?:&#x?[0-9a-f]{2,6};[^&\n]{0,3}){4,}",
    "escapes": r"(?:\\u\{?[0-9a-f]{4,6}\}?[^\\\n]{0,3}){4,}",
    "binary": r"(?:[01]{8}[ ,]?){6,}",
    "morse": r"(?:[.\-]{1,5}[ /]{1,3}){10,}",
    "spaced": r"(?:[a-z0-9][ .*_|/\-]{1,3}){7,}[a-z0-9]",
}
"""``may_be_encoded`` of ``kernel/reading.c`` knows what each of them needs."""
_FLAGS = ONCE | MULTILINE
_DEAR = [number for number, rule in enumerate(RULES) if rule.name in ENDINGS]
_PLAIN = [number for number, rule in enumerate(RULES) if rule.name not in ENDINGS]
_ENDED = len(_PLAIN) + len(TRIGGERS)
"""From here on patterns are the endings of dear rules."""


@cache
def patterns_digest() -> str:
    """SHA-256 of every pattern with its name, in hexadecimal: what a model was trained with, which a name alone does not say."""
    named = {**{rule.name: rule.pattern for rule in RULES}, **{f"end.{name}": end for name, end in ENDINGS.items()}}
    named |= {f"view.{name}": pattern for name, pattern in {**TRIGGERS, **ENCODED}.items()}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


Matched = tuple[dict[int, int], frozenset[str]]
"""Positions in ``RULES`` of those that match, each with the byte at which its first match ends, and the names of the triggers."""
NOTHING: Matched = ({}, frozenset())


def load_patterns() -> None:
    """Has every database ready, those too that few texts need: none is compiled on a call's time."""
    _plain()
    _dear()
    _encoded()


def found_in(folded: bytes, *, encoded: bool) -> Matched:
    """What matches in a block. Without ``encoded`` encodings are not looked for."""
    found = _plain().find(folded)
    if not found and not encoded:
        return NOTHING
    rules: dict[int, int] = {}
    triggers: set[str] = set()
    ended = False
    for pattern, _, end in found:
        if pattern < len(_PLAIN):
            rules[_PLAIN[pattern]] = end
        elif pattern < _ENDED:
            triggers.add(_NAMES[pattern - len(_PLAIN)])
        else:
            ended = True
    if ended:
        rules.update((_DEAR[pattern], end) for pattern, _, end in _dear().find(folded))
    if encoded:
        triggers.update(_NAMES[len(TRIGGERS) + pattern] for pattern, _, _ in _encoded().find(folded))
    return rules, frozenset(triggers)


_NAMES = (*TRIGGERS, *ENCODED)


@cache
def _plain() -> PatternDatabase:
    patterns = [*map(_rule, _PLAIN), *(Pattern(f"view.{name}", TRIGGERS[name], _FLAGS) for name in TRIGGERS)]
    return PatternDatabase([*patterns, *(Pattern(f"end.{name}", ENDINGS[name], _FLAGS) for name in ENDINGS)])


@cache
def _dear() -> PatternDatabase:
    return PatternDatabase([_rule(number) for number in _DEAR])


@cache
def _encoded() -> PatternDatabase:
    return PatternDatabase([Pattern(f"view.{name}", ENCODED[name], _FLAGS) for name in ENCODED])


def _rule(number: int) -> Pattern:
    return Pattern(RULES[number].name, fold(RULES[number].pattern).encode().decode(), _FLAGS)
