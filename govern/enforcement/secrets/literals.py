"""What stands behind a word such as ``password``: a literal, or a name, a type, a call, a template, the next word of a sentence."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_WORD = 24
_LETTERS_A_TOKEN = 3.2
_LETTERS_A_VOWEL = 4.5
_DIGITS_OF_A_SECRET = 4

_WORDS_OF_CODE = """
    pass password passwd passphrase pwd secret key token auth cred credential credentials user username login str string type field
    input label value val param params arg args opt opts option options optional config conf object obj reference ref model schema
    serializer node ctx context req request res response row data hash hashed sha md utf base encode encoded decode get set is has new
    old current default env settings self this props state form body payload buffer bytes byte char text int bool boolean null none
    undefined any union list dict map array reader parser parsed provider factory builder manager handler callback validator hasher
    reset change changed confirm confirmation update create read write load parse format name file path uri url json native prompt await
    async function const return lambda import require required length property attribute column widget class interface enum struct impl
    error exception invalid module controller service client server session host account email number view test mock fixture policy rule
    check with for from and the not only a an of to in by or crypt cipher algorithm strategy backend source target item info id ids
"""
_OF_CODE = frozenset(_WORDS_OF_CODE.split())
"""Words of names in code. A value made of words, one of which is here, is a name."""

_TEMPLATE = re.compile(
    r"[$#%]?\{\{?[^{}]*|\$[A-Za-z_(][A-Za-z0-9_]*|%[sdrf]\b|%\(|\$\d\b|<[^<>]*|\[\[|@@|\{%|%[A-Za-z_]+%$"
)
_CALL = re.compile(r"[\w.$:>?!&*\-]+[(\[]")
_CHAIN = re.compile(r"[&*!~@$:+\-]*[A-Za-z_][\w$]*(?:(?:[?!]?\.|::|->|\\)#?[A-Za-z_]\w*)*[!?]?")
_ATTRIBUTE = re.compile(r"(?:[A-Za-z_]\w*=)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_MODULE = re.compile(r"[a-z]{2,20}[0-9]{1,5}")
_CLOSING = ")]};,:|&=>"
_NOT_FIRST = frozenset(")]}|&,;?>/\\`=(")


class Value(NamedTuple):
    """What a word announced. ``quoted``: a quotation mark stands before the text;
    ``as_setting``: ``NAME=text`` in capitals and without a blank, as shells and files of settings have it."""

    text: str
    quoted: bool
    as_setting: bool


def words_only(value: str) -> bool:
    """Whether a run of letters, digits and marks is names put together (`_add_new_cookie`) and nothing drawn by chance.

    Of names, a token (a word or a number) has several letters on average, and one in four is a vowel; of what is drawn by chance a token
    has two letters, and one in five.
    """
    tokens = _TOKEN.findall(value)
    words = [token for token in tokens if not token[0].isdigit()]
    letters = "".join(words).lower()
    vowels = sum(map(letters.count, "aeiou"))
    return (
        len(letters) > _LETTERS_A_TOKEN * len(tokens)
        and len(tokens) - len(words) <= max(1, len(words) // 3)
        and all(len(token) < _DIGITS_OF_A_SECRET or token[:2] in ("19", "20") for token in tokens if token[0].isdigit())
        and len(letters) <= _LETTERS_A_VOWEL * vowels
        and max(map(len, tokens)) <= _LONGEST_WORD
    )


def is_expression(value: Value) -> bool:
    """Whether the text is code, a reference or a template rather than a literal."""
    text = value.text
    if _TEMPLATE.match(text) or "{{" in text or "${" in text or "#{" in text:
        return True
    if value.quoted:
        return _is_name(text) and not text[-1].isdigit()
    text = text.rstrip(_CLOSING) or text
    if text[0] in _NOT_FIRST or (text[0] in "+*.:~" and not any(character.isdigit() for character in text)):
        return True
    call = _CALL.match(text)
    if call is not None:
        return _is_called(call[0][:-1], text[call.end() :])
    if _CHAIN.fullmatch(text) is None:
        return False
    if _is_name(text) or any(mark in text for mark in (".", "::", "->")):
        return _is_piece(text)
    return text.strip("_$&*!~@?").replace("_", "").isalpha() and not value.as_setting


def _is_called(name: str, rest: str) -> bool:
    """Whether `name(rest` or `name[rest` is code; not so `Summer(2024)`, nor where digits stand among the letters."""
    if not any(character.isdigit() for character in name):
        return not (name.istitle() and name.isalpha() and rest[:1].isdigit())
    return _is_name(name)


def is_chain(value: str) -> bool:
    """Whether a run is names joined by dots (`key=x25519.X25519PrivateKey`)."""
    if _ATTRIBUTE.fullmatch(value) is None:
        return False
    parts = value.rpartition("=")[2].split(".")
    return all(_is_piece(part) or (_MODULE.fullmatch(part) and any(map(_is_name, parts))) for part in parts)


_REFERENCE = re.compile(
    r"(?i)(?:[a-z]:)?\.{0,2}[/\\][\w.\-/\\ ]+|(?:https?|file|s3|arn|urn|oci|gs|vault|ssm|op|kv):.*|[\w\-]+(?:/[\w.\-]+){2,}"
    r"|[\w./\-]+\.(?:pem|key|crt|cer|p12|jks|txt|json|ya?ml|ini|cfg|conf|env|py|js|ts|go|rb|java|xml|md|html?|log|sh|so|dll|exe)"
)


def is_reference(text: str) -> bool:
    """Whether it says where something is: a path, a URL, a file, an ARN. Not so Base64, in which slashes part no words."""
    if _REFERENCE.fullmatch(text) is None:
        return False
    pieces = re.split(r"[/\\:.]", text)
    return sum(map(words_only_or_short, pieces)) * 2 > len(pieces)


def words_only_or_short(piece: str) -> bool:
    return len(piece) < 4 or not piece or words_only(piece)


def _is_name(text: str) -> bool:
    if not (set(text) <= _OF_NAMES and _is_piece(text)):
        return False
    words = {token.lower() for token in _TOKEN.findall(text) if not token[0].isdigit()}
    return any(word in _OF_CODE or word.removesuffix("s") in _OF_CODE for word in words)


def _is_piece(text: str) -> bool:
    """Whether no more digits stand in it than in names of code."""
    tokens = _TOKEN.findall(text)
    return all(len(token) == 1 or token in _NUMBERS for token in tokens if token[0].isdigit()) and sum(
        map(len, tokens)
    ) >= 2 * len(tokens)


_OF_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.-/:?![]()&*")
_NUMBERS = frozenset(("128", "192", "224", "256", "384", "448", "509", "512", "25519", "16", "32", "64"))
"""In names of algorithms: `sha256`, `utf8`, `x509`."""
