"""Secrets that a name announces, wherever names stand: settings, code, markup, commands, SQL, headers, sentences.

One expression finds a name, what joins it to its value and the value; what the name means and how the value looks decides. A password
may be anything that somebody types; what is called a key, a token or a secret must look drawn by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from govern.enforcement.secrets.assignment import (
    BEHIND,
    BEHIND_BLANK,
    BEHIND_QUOTED,
    BEHIND_RELATED,
    BEHIND_SHORT,
    Assignment,
    assignment,
    without_what_follows,
)
from govern.enforcement.secrets.checks import drawn_by_chance, mixed, passphrase, password_like, with_a_number
from govern.enforcement.secrets.literals import Value, is_chain, is_expression, is_reference, words_only
from govern.enforcement.secrets.names import Meaning, meaning
from govern.enforcement.secrets.published import made_up, published, published_token
from govern.enforcement.values.kind import CHECKED, ValueKind, words

_OF_PASSWORDS = (
    r"(?:pass(?:w(?:or[dt]|d)|phrase|code|e)?|pswd|pwd|kennwort|contrasena|senha|wachtwoord|losenord|haslo|parola|sifre|heslo"
    r"|salasana|identified)"
)
_SHORT = (r"\bpw:", r"\bpw=", r"\bpw ", r"\bp/w", "_pw")
_ELEMENTS = (
    "secret",
    "secretkey",
    "privatekey",
    "apitoken",
    "apikey",
    "token",
    "passphrase",
    "password",
    "credentials",
)
_OF_SECRETS = r"(?:api|auth|bearer|cred|key|token|secret|salt|nonce|sess|signature|webhook|(?:azure|devops|ado)_pat\b)"
_LONGEST_NAME = 64
_SHORTEST_SECRET, _SHORTEST_PERHAPS, _SHORTEST_IN_PROSE = 8, 16, 12
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PART_OF_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.$"


def _span(match: str) -> tuple[int, int] | None:
    announced = assignment(match)
    return (announced.start, announced.end) if announced is not None and announced.text else None


def _is_no_literal(announced: Assignment) -> bool:
    """A template, a name in code, a path, an example."""
    text = announced.text
    as_setting = announced.operator == "=" and not announced.quote and announced.name.isupper()
    return (
        is_expression(Value(text, bool(announced.quote), as_setting))
        or is_reference(text)
        or made_up(text)
        or published(text)
    )


def _may_be_password(match: str) -> bool:
    announced = assignment(match)
    if announced is None:
        return False
    text = announced.text
    if " " in text and not passphrase(text):
        return False
    if not password_like(text) or _is_no_literal(announced):
        return False
    if announced.in_prose and not (announced.quote and announced.operator in ("by", "(", "")):
        return drawn_by_chance(text, _SHORTEST_SECRET) or (with_a_number(text) and not words_only(text))
    return True


def _may_be_secret(match: str) -> bool:
    announced = assignment(match)
    if announced is None or " " in announced.text or _is_no_literal(announced):
        return False
    text = announced.text
    if published_token(text) or is_chain(text):
        return False
    least = _SHORTEST_IN_PROSE if announced.in_prose else _SHORTEST_SECRET
    return drawn_by_chance(text, least) or (text.isdigit() and 15 <= len(text) <= 32)


def _says_password(data: bytes, start: int, end: int, complete: bool) -> bool:
    return _meant(data, start, end)[0] is Meaning.PASSWORD


def _says_secret(data: bytes, start: int, end: int, complete: bool) -> bool:
    said, announced = _meant(data, start, end)
    if said is Meaning.SECRET:
        return True
    text = announced.text
    return (
        said is Meaning.PERHAPS
        and not announced.in_prose
        and len(text) >= _SHORTEST_PERHAPS
        and not text.isdigit()
        and _UUID.fullmatch(text) is None
    )


def _meant(data: bytes, start: int, end: int) -> tuple[Meaning, Assignment]:
    """What the whole name says, of which the match at ``start:end`` may lack the beginning."""
    announced = assignment(data[start : min(end, start + CHECKED)].decode())
    assert announced is not None
    left = start
    while left and start - left < _LONGEST_NAME and data[left - 1] in _PART_OF_NAME:
        left -= 1
    if data[left - 1 : left] == b":" and data[left - 2 : left - 1] != b"/":  # the type `A::Key`, or the part of a path
        return Meaning.NOTHING, announced
    name = data[left:start].decode() + announced.name
    if announced.in_prose and name.lower() == "pass":
        return Meaning.NOTHING, announced
    return _meaning(name), announced


@lru_cache(maxsize=4096)
def _meaning(name: str) -> Meaning:
    return meaning(name)


def _kind(
    id: str,
    expressions: tuple[str, ...],
    check: Callable[[str], bool],
    around: Callable[[bytes, int, int, bool], bool | None],
    longest: int = 0,
) -> ValueKind:
    return ValueKind(
        id,
        expressions,
        check,
        alone=0.9,
        longest=longest,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        around=around,
        locate=_span,
    )


_FOREIGN = words(
    "密码, 密碼, 口令, パスワード, 暗証番号, 비밀번호, 비번, 패스워드, 암호, пароль, пароля, паролем, كلمة المرور, كلمة السر, "
    "סיסמה, סיסמא, "
    "รหัสผ่าน, mật khẩu, पासवर्ड, κωδικός"
)
_TYPED = r"[!#-&(-;=?-_a-~]"


def _typed(value: str) -> tuple[int, int]:
    return 0, len(without_what_follows(value))


def _is_typed(value: str) -> bool:
    """Behind a word of a language whose words the view does not hold: letters and digits, or marks, in one."""
    text = without_what_follows(value)
    return (
        password_like(text)
        and not made_up(text)
        and not published(text)
        and not is_reference(text)
        and (mixed(text) or drawn_by_chance(text, _SHORTEST_SECRET))
    )


_WORDS = re.compile(r"[^\s{}<>]+")


def _content(match: str) -> tuple[int, int] | None:
    return match.index(">") + 1, match.rindex("<")


def _holds_secret(match: str) -> bool:
    """Of an element of markup: a word in it is drawn by chance."""
    start, end = match.index(">") + 1, match.rfind("<")
    words = _WORDS.findall(match[start:end] if end > start else match[start:])
    return any(drawn_by_chance(word, _SHORTEST_IN_PROSE) and not published(word) for word in words)


KINDS = (
    ValueKind(
        "password",
        (
            rf"\b[A-Za-z]{{1,12}}\d{_TYPED}{{0,20}}",
            rf"\b\d{{1,8}}[A-Za-z]{_TYPED}{{3,20}}",
        ),
        _is_typed,
        _FOREIGN,
        cued=0.9,
        whole=0.0,
        severity="high",
        glue="",
        whole_run=True,
        reach_before=4,
        reach_after=-1,
        locate=_typed,
    ),
    ValueKind(
        "generic_secret",
        tuple(f"<{word}>[^<>\\r\\n]+</" for word in _ELEMENTS),
        _holds_secret,
        alone=0.9,
        longest=CHECKED,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        locate=_content,
    ),
    _kind(
        "password",
        (
            _OF_PASSWORDS + BEHIND,
            _OF_PASSWORDS + BEHIND_BLANK,
            _OF_PASSWORDS + BEHIND_RELATED,
            *(word + BEHIND_SHORT for word in _SHORT),
        ),
        _may_be_password,
        _says_password,
    ),
    _kind("password", (_OF_PASSWORDS + BEHIND_QUOTED,), _may_be_password, _says_password, longest=200),
    _kind("generic_secret", (_OF_SECRETS + BEHIND, _OF_SECRETS + BEHIND_BLANK), _may_be_secret, _says_secret),
)
