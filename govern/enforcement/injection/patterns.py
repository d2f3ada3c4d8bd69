"""The compiled patterns of the detector: rules, and triggers for decoding views; one pass over the folded bytes."""

from __future__ import annotations

from functools import cache

from govern.enforcement.injection.fold import fold
from govern.enforcement.injection.rules import RULES
from govern.enforcement.scanner import MULTILINE, ONCE, Pattern, PatternDatabase

TRIGGERS: dict[str, str] = {
    "base64": r"[a-z0-9+/_\-]{20,}",
    "hex": r"(?:[0-9a-f]{2}[ :,\-]?){12,}|(?:\\x[0-9a-f]{2}){4,}",
    "percent": r"(?:%[0-9a-f]{2}[^%\n]{0,16}){3,}",
    "entities": r"(?:&#x?[0-9a-f]{2,6};[^&\n]{0,3}){4,}",
    "escapes": r"(?:\\u\{?[0-9a-f]{4,6}\}?[^\\\n]{0,3}){4,}",
    "binary": r"(?:[01]{8}[ ,]?){6,}",
    "morse": r"(?:[.\-]{1,5}[ /]{1,3}){10,}",
    "rot13": r"\b(?:vtaber|qvfertneq|sbetrg|olcnff|bireevqr|cerivbhf|vafgehpgvbaf?|flfgrz|cebzcg|cnffjbeq|erirny|ehyrf|cergraq|erfgevpgvbaf?)\b",
    "reversed": r"\b(?:erongi|dragersid|tegrof|ssapyb|edirrevo|suoiverp|snoitcurtsni|noitcurtsni|metsys|tpmorp|drowssap|laever|dneterp|snoitcirtser)\b",
    "spaced": r"(?:[a-z0-9][ .*_|/\-]{1,3}){7,}[a-z0-9]",
}
TRIGGER_NAMES = tuple(TRIGGERS)


def patterns() -> tuple[Pattern, ...]:
    """Rules first, in their order, then triggers. They are for folded bytes, and for those only."""
    flags = ONCE | MULTILINE
    rules = [Pattern(rule.name, fold(rule.pattern).encode().decode(), flags) for rule in RULES]
    return (*rules, *(Pattern(f"view.{name}", expression, flags) for name, expression in TRIGGERS.items()))


@cache
def database() -> PatternDatabase:
    return PatternDatabase(patterns())
