"""Secrets of any service: JSON web tokens, private keys, connection strings, and what a word before them calls a secret."""

from __future__ import annotations

import base64
import binascii
import re

from govern.enforcement.secrets.checks import high_entropy, password_like
from govern.enforcement.secrets.literals import is_chain
from govern.enforcement.secrets.names import Meaning, meaning
from govern.enforcement.secrets.published import made_up, published, published_token
from govern.enforcement.values.kind import CONTEXT, ValueKind, words


def _json_web_token(value: str) -> bool:
    """The first part decodes to a JOSE header (RFC 7515, 4.1), or the second one looks like a JSON object as the first does."""
    header, dot, payload = value.partition(".")
    if published_token(value):
        return False
    if payload.startswith("eyJ"):
        return True
    try:
        decoded = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
    except (ValueError, binascii.Error):
        return False
    return bool(dot) and len(payload) >= 8 and (b'"alg"' in decoded or b'"typ"' in decoded or b'"enc"' in decoded)


_CUED = re.compile(r"(?i)key|token|secret|auth|cred")
_NAMED = re.compile(rb"([A-Za-z0-9_.$\-]{1,64})[\"'\])}]{0,2}[ \t]{0,4}(?:[:?+.]?=>?|:)[ \t]{0,4}[\"'`({\[]{0,2}\Z")


def _stands_for_itself(data: bytes, start: int, end: int, complete: bool) -> bool | None:
    """Not so a function, which a bracket follows, nor what a name is given that says that it is something else (`secret_name=`)."""
    if end >= len(data) and not complete:
        return None
    if data[end : end + 1] == b"(":
        return False
    named = _NAMED.search(data[max(0, start - 80) : start])
    if named is None:
        return True
    name = named[1].decode()
    return meaning(name) is not Meaning.NOTHING or _CUED.search(name) is None


def _random(value: str) -> bool:
    return (
        high_entropy(value)
        and password_like(value)
        and not published(value)
        and not published_token(value)
        and not is_chain(value)
        and not _user_and_password(value)
    )


def _aws_secret(value: str) -> bool:
    return high_entropy(value) and not published(value)


def _user_and_password(encoded: str) -> tuple[str, str] | None:
    """What Base64 ``encoded`` says, if it is the credentials of HTTP's Basic scheme (RFC 7617, 2): printable, with a colon."""
    try:
        decoded = base64.b64decode(encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)).decode()
    except ValueError:
        return None
    user, colon, password = decoded.partition(":")
    return (user, password) if colon and decoded.isprintable() else None


def _basic_span(value: str) -> tuple[int, int]:
    return value.rindex(" ") + 1, len(value)


def _basic(value: str) -> bool:
    """Manuals encode user:password, or the examples of RFC 7617 and RFC 6749."""
    found = _user_and_password(value[_basic_span(value)[0] :])
    if found is None:
        return False
    password = found[1]
    return password_like(password) and not made_up(password) and not published(password)


_APART = r"(?:[^A-Za-z0-9+/=\x7f]|\\[nr]|<br>|[\"'] ?\+\s)+(?:\d{1,5}[^A-Za-z0-9+/=\x7f]+)?"
"""What parts the lines of a key: line ends, written out or not, indents, quotation marks, line numbers."""
_LINE = r"(?:[A-Za-z0-9+/=]{16,}|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): [^\r\n\\]+)"
_END = r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
_HEADER = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LETTERS_OF_A_KEY = 120
"""From so many on no word in it makes an example of a key."""
_PORT = re.compile(r"\d{1,5}[/?#&,]")


def _private_key(value: str) -> bool:
    """A header with a key behind it. Sentences and code name headers, and manuals show keys without one."""
    if value.startswith("PuTTY"):
        return True
    header = _HEADER.match(value)
    if header is None:
        return False
    body = value[header.end() :].partition("-----END")[0]
    letters = sum(map(str.isalnum, body))
    return letters >= _LETTERS_OF_A_KEY or (letters >= 16 and len(set(body)) >= 8 and not published(body))


def _password_in_url(value: str) -> tuple[int, int] | None:
    """Up to the last at-sign: people forget to encode the others."""
    at, scheme = value.rindex("@"), value.index("://") + 3
    colon = value.find(":", scheme, at)
    return (colon + 1, at) if 0 < colon < at - 1 else None


def _connection(value: str) -> bool:
    span = _password_in_url(value)
    if span is None:
        return False
    password = value[span[0] : span[1]]
    user = value[value.index("://") + 3 : span[0] - 1]
    return not (
        re.fullmatch(r"[*xX.]+|\$?\{.*\}|<.*>|%s|[A-Z_]{4,}|\$[A-Za-z_]+", password)
        or _PORT.match(password)
        or password == user
        or made_up(password)
        or published(password)
    )


_NAME_COLON_TEXT = r"[ =]*[\"']?[^\s:\"']*[\"']?:[\"']?[^\s\"']{3,}"


def _behind_colon(value: str) -> tuple[int, int]:
    start = value.index(":") + 1
    return (start + 1 if value[start] in "\"'" else start), len(value)


def _of_a_command(value: str) -> bool:
    """`-u name:password`, not variables, and no user and group."""
    user, _, password = value.partition(":")
    password = password.strip("\"'")
    return not (
        password_like(password) is False
        or made_up(password)
        or published(password)
        or "$" in password[:2]
        or password.startswith(("<", "[", "{{", "%", "/"))
        or user.endswith(password)
    )


_CURL = re.compile(rb"(?i)\b(?:curl|wget|https?|xh|lftp|mosquitto\w{0,8})\b")


def _after_curl(data: bytes, start: int, end: int, complete: bool) -> bool:
    """An option of such a command. The blank before it is no part of the match: a stream would hold back every blank for it."""
    before = data[max(0, start - CONTEXT) : start]
    return before[-1:].isspace() and _CURL.search(before) is not None


def _last_word(value: str) -> tuple[int, int]:
    return max(map(value.rfind, "\"'`")) + 1, len(value)


def _in_sql(value: str) -> bool:
    password = value[slice(*_last_word(value))]
    return password_like(password) and not made_up(password)


_SECRET_CUES = words(
    "secret, token, api key, apikey, access key, auth key, client secret, private key, credential, "
    "credentials, signing key, encryption key, secret key, authorization, bearer, account key, shared "
    "key, 密钥, 密鑰, 金鑰, 令牌, シークレット, clave, clé, schlüssel, chave, chiave, klucz"
)

KINDS = (
    ValueKind(
        "json_web_token",
        (r"\beyJ[A-Za-z0-9_\-.]{20,}\b",),
        _json_web_token,
        alone=0.95,
        longest=0,
        whole_run=True,
        severity="critical",
        glue="",
    ),
    ValueKind(
        "private_key",
        (
            rf"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:{_APART}{_LINE})*(?:(?:{_APART}[A-Za-z0-9+/=]+)?(?:{_APART})?{_END})?",
            r"\bPuTTY-User-Key-File-\d: [A-Za-z0-9\-]{3,40}",
        ),
        _private_key,
        alone=1.0,
        longest=0,
        whole_run=True,
        severity="critical",
        glue="",
    ),
    ValueKind(
        "connection_string",
        (r"\b[A-Za-z][A-Za-z0-9+.\-]+://[^\s:@/\"'<>]*:[^\s/\"'<>]+@[A-Za-z0-9\[]",),
        _connection,
        alone=0.95,
        longest=256,
        whole_run=True,
        severity="critical",
        glue="",
        locate=_password_in_url,
    ),
    ValueKind(
        "password",
        tuple(option + _NAME_COLON_TEXT for option in ("-u ", "-U ", "--user", "--proxy-user")),
        _of_a_command,
        alone=0.9,
        longest=200,
        whole_run=True,
        severity="high",
        glue="",
        around=_after_curl,
        locate=_behind_colon,
    ),
    ValueKind(
        "password",
        (r"\bidentified with [A-Za-z0-9_'\"`]+ (?:by|as) [\"'`][^\s\"'`]{6,}",),
        _in_sql,
        alone=0.9,
        longest=200,
        caseless=True,
        whole_run=True,
        severity="high",
        glue="",
        locate=_last_word,
    ),
    ValueKind(
        "basic_credentials",
        (r"\bbasic {1,3}[A-Za-z0-9+/]{8,}={0,2}",),
        _basic,
        alone=0.95,
        longest=0,
        caseless=True,
        severity="critical",
        glue="",
        whole_run=True,
        locate=_basic_span,
    ),
    ValueKind(
        "generic_secret",
        (r"\b[A-Za-z0-9+/_\-.~]{16,}={0,2}",),
        _random,
        _SECRET_CUES,
        cued=0.85,
        whole=0.0,
        longest=0,
        severity="high",
        glue="",
        whole_run=True,
        reach_before=8,
        reach_after=-1,
        around=_stands_for_itself,
    ),
    ValueKind(
        "aws_secret_key",
        (r"\b[A-Za-z0-9+/]{40}\b",),
        _aws_secret,
        words("aws_secret, aws secret, secret access key, secretaccesskey, aws_secret_access_key, aws"),
        cued=0.9,
        whole=0.0,
        severity="critical",
        glue="+/",
    ),
)
