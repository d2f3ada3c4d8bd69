"""What the definition of a tool may say, and what in it is an attack on whoever uses the tool.

A definition speaks to a model: it says when the tool is called, what comes before and after, and how its results are told. Rules that only
show such talk (``MANNER``) are no evidence there. What honest tools have no use for is looked for instead: orders kept from the user together
with a reach for something that is none of the tool's business, and private files handed over as an argument.
"""

from __future__ import annotations

from functools import cache

from govern.enforcement.scanner import Pattern, PatternDatabase

MANNER = frozenset({
    "indirect.reader", "indirect.if_ai", "indirect.before", "indirect.include", "indirect.your_answer", "indirect.tool", "indirect.user_wants",
    "forged.important", "forged.banner", "fiction.how_to", "override.only_say", "leak.verbatim", "persona.brackets", "persona.pretend",
})  # fmt: skip
"""Rules that a text meets by telling a model how to work."""

PLANTED = 0.95
_NEAR = 1200
"""How far apart, in bytes, two signs may stand that count together."""

_GAP = r"(?:[^.!?]|[.!?][^ .!?]){0,80}?"
_SHORT = r"(?:[^.!?]|[.!?][^ .!?]){0,40}?"
_PLACE = (
    r"(?:\.ssh\b|\bid_(?:rsa|ed25519|ecdsa)\b|\.env\b|\.aws\b|\.netrc\b|\.npmrc\b|\.pypirc\b|\.kube/config|\.docker/config|\.git-credentials|\.gnupg\b|bash_history|zsh_history|/etc/(?:passwd|shadow)"
    r"|\bmcp\.json|claude_desktop_config|\b(?:ssh|private|api|access|secret|encryption) ?-?keys?\b|\bpasswords?\b|\bcredentials\b|\bseed phrase|\bauth(?:entication)? tokens?\b|\bsession cookies?\b|\benvironment variables\b)"
)
_TALK = r"\b(?:(?:whole|full|entire|complete|previous|prior|all|raw)(?: of)?(?: the| this| our| previous| prior)? (?:conversation|chat|dialogue?|messages?|history|context)|(?:conversation|chat|message) (?:history|log)s?|system (?:prompt|message|instructions?)|(?:user|customer|human)'?s? (?:last |previous |original |first )?(?:messages?|prompts?|questions?|input))\b"
_HAND = r"\b(?:read|open|cat|load|collect|gather|include|pass|send|put|paste|copy|upload|post|forward|append|add|attach|attaching|passing|fetch|access|extract|encode|provide|insert|give|supply)\b"
_INTO = r"\b(?:as|into|in|to|through|via|with)\b(?: the| this| its| a)?(?: (?:parameter|argument|field|value|query|body|header|tool|server))?"
_USER = (
    r"\b(?:users?|customers?|humans?|person|people|anyone|anybody|them|him|her|owner|operator|developer|conversation)\b"
)
_TELL = r"(?:mention|tell|inform|reveal|notify|alert|warn|disclose|report|show|say|explain|acknowledge)"

SIGNS: dict[str, str] = {
    "kept": rf"\b(?:do not|don'?t|never|must not|mustn'?t|should not|cannot|without|avoid|nor|not) (?:ever |also |explicitly |openly )?{_TELL}(?:ing|e?s|ling)?\b{_SHORT}{_USER}|\b(?:silently|secretly|covertly)\b|\bwithout (?:the |any )?{_SHORT}(?:knowledge|noticing|knowing|being (?:told|aware))\b|\b(?:keep|hide|conceal)\b{_SHORT}\bfrom (?:the |all )?{_USER}|\b(?:do not|don'?t|never) (?:mention|reveal|disclose) (?:this|it|that|these)\b",
    "place": _PLACE,
    "not": rf"\b(?:not|never|don'?t|no|without|avoid|cannot|must not)\b{_GAP}{_PLACE}",
    "handed": rf"{_HAND}{_GAP}{_PLACE}{_GAP}(?:\b(?:content|contents|text|it|them|value|values|output|result)\b|{_INTO} ['\x60\"])",
    "handed on": rf"\b(?:pass|put|paste|send|include|add|append|insert|copy|attach|supply)\b{_GAP}\b(?:its|their|the|whole) (?:\w+ ){{0,2}}(?:contents?|text|output)\b|\b(?:contents?|text|output|value)s? of\b{_GAP}{_PLACE}|\bput\b{_GAP}{_PLACE}",
    "talk": rf"{_HAND}{_GAP}{_TALK}|{_TALK}{_SHORT}\b(?:to|at|into) (?:https?://|[^ ]{{1,64}}@)",
    "abroad": r"\b(?:send|sent|post|forward|upload|transmit|report|transfer|wire|mail|bcc|cc|http_post|curl|wget)(?:s|ed|ing|red)?\b(?:[^.!?]|[.!?][^ .!?]){0,80}?(?:https?://|[^ @]{1,64}@[a-z0-9]|\+[0-9]{7}|[0-9]{8})",
    "diverted": r"\b(?:change|replace|swap|rewrite|set|redirect)\b(?:[^.!?]|[.!?][^ .!?]){0,40}?\b(?:recipients?|receivers?|payee|destination|address|account)\b",
    "run": r"\b(?:curl|wget)\b[^|]{0,80}\| ?(?:sh|bash|python)|\bos\.system|\brm -rf [~/]|\beval\(|\bnc -e\b",
    "consent": r"\b(?:user|owner|admin\w*|customer) (?:has |have )?(?:already )(?:agreed|approved|authori[sz]ed|consented|confirmed|allowed)(?: to)? (?:everything|all|any|every)\b",
    "note": r"\b(?:note|message|attention|memo|dear|hint|instructions?|notice)(?: to| for|,) (?:the |any |all |every )?(?:ai|assistant|language model|llm|model|agent|chatbot|bot)s?\b|\bif you are an? (?:ai|llm|language model|assistant|agent|bot|chatbot)\b",
    "forged": r"<\|(?:im_start|im_end|system|assistant|user|start_header_id|endoftext)\|>|\[/?inst\]|<</?sys>>|\[(?:system|admin|developer)(?: message| note)?\] ?:",
    "danger": rf"\b(?:not|never|don'?t)\b{_SHORT}\b(?:mention|report|list)\b{_SHORT}\b(?:vulnerabilit\w+|backdoors?|malware|risks?)\b",
}  # fmt: skip
"""Regular and bounded, for folded bytes. A sentence ends with a mark and a space."""
_NAMES = tuple(SIGNS)
_BUSINESS_OF_NO_TOOL = frozenset({"place", "talk", "abroad", "diverted", "run", "consent", "note", "danger"})


@cache
def _database() -> PatternDatabase:
    return PatternDatabase([Pattern(f"definition.{name}", expression) for name, expression in SIGNS.items()])


def planted(folded: bytes) -> str | None:
    """The name of the rule that a definition breaks by what is planted in it, or None; linear in the length of what it is when folded."""
    found = _database().find(folded)
    if not found:
        return None
    ends: dict[str, list[int]] = {}
    for pattern, _, end in found:
        ends.setdefault(_NAMES[pattern], []).append(end)
    if "forged" in ends:
        return "definition.forged_turn"
    honest = set(ends.get("not", ()))
    places = [end for end in ends.get("place", ()) if end not in honest]
    if places and (_near(ends.get("handed", []), places) or _near(ends.get("handed on", []), places)):
        return "definition.private_file"
    kept = ends.get("kept", [])
    if kept and any(
        _near(kept, places if name == "place" else ends.get(name, [])) for name in sorted(_BUSINESS_OF_NO_TOOL)
    ):
        return "definition.kept_from_the_user"
    return None


def _near(some: list[int], others: list[int]) -> bool:
    """Whether one of each stands within ``_NEAR`` of the other. Both rise."""
    place = 0
    for end in some:
        while place < len(others) and others[place] < end - _NEAR:
            place += 1
        if place == len(others):
            return False
        if others[place] <= end + _NEAR:
            return True
    return False
