"""Secrets of any service: JSON web tokens, private keys, connection strings, and what a word before them calls a secret."""

from __future__ import annotations

import base64
import binascii
import re

from govern.enforcement.secrets.checks import high_entropy, mixed, password_like
from govern.enforcement.secrets.literals import Value, is_chain, is_expression, names_something_else
from govern.enforcement.secrets.published import made_up, published, published_token
from govern.enforcement.values.kind import ValueKind, words


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


_CUED_VALUE = re.compile(
    r"(?is)([a-z]+?(?:word|wort|wd|phrase|sena|senha|haslo|parola)[a-z0-9_\-]{0,20}?)"
    r"([\"'\]]{0,2}\s{0,3}(?::=|=>|:|=)\s{0,3}|\s+(?:is|was|ist|es|est)\s?:?\s{0,2})([\"'`]{0,2})"
)
_MOST_TRAILING = 4
_TRAILING = "\"'`,;.)]}>"


def _value_span(value: str) -> tuple[int, int] | None:
    found = _CUED_VALUE.match(value)
    return _span_after(value, found.end()) if found is not None else None


def _span_after(value: str, start: int) -> tuple[int, int] | None:
    end = (
        len(value) - _MOST_TRAILING + len(value[-_MOST_TRAILING:].rstrip(_TRAILING))
        if len(value) > _MOST_TRAILING
        else len(value)
    )
    return (start, end) if end > start else None


def _value(value: str) -> Value | None:
    """What the word in front announces; None where that is nothing, or an empty text."""
    found = _CUED_VALUE.match(value)
    span = _span_after(value, found.end()) if found is not None else None
    if found is None or span is None or (found[3] and found[3] == found[3][:1] * 2):
        return None
    as_setting = found[2] == "=" and found[1].isupper()
    return Value(found[1], value[slice(*span)], bool(found[3]), as_setting)


def _is_password(value: str) -> bool:
    announced = _value(value)
    return (
        announced is not None
        and password_like(announced.text)
        and not made_up(announced.text)
        and not is_expression(announced)
        and not (names_something_else(announced) and not mixed(announced.text))
    )


def _is_spoken_password(value: str) -> bool:
    """ "The password is …" in a sentence: a digit or a mark must show that it is not the next word."""
    announced = _value(value)
    if announced is None or made_up(announced.text) or is_expression(announced):
        return False
    secret = announced.text
    return (
        password_like(secret)
        and bool(re.search(r"[^A-Za-z]", secret))
        and not re.fullmatch(r"[A-Za-z]+[.,;:!?'’\-][A-Za-z]*", secret)
    )


def _not_called(data: bytes, start: int, end: int, complete: bool) -> bool | None:
    """A name with a bracket behind it is a function."""
    return data[end : end + 1] != b"(" if end < len(data) or complete else None


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


def _private_key(value: str) -> bool:
    """Long enough a header is none."""
    return value.find("-----", 5, 100) > 0 or value.startswith("PuTTY")


def _password_in_url(value: str) -> tuple[int, int] | None:
    at, scheme = value.rindex("@"), value.index("://") + 3
    colon = value.index(":", scheme)
    return (colon + 1, at) if at > colon + 1 else None


def _connection(value: str) -> bool:
    span = _password_in_url(value)
    if span is None:
        return False
    password = value[span[0] : span[1]]
    user = value[value.index("://") + 3 : span[0] - 1]
    return not (
        re.fullmatch(r"[*xX.]+|\$?\{.*\}|<.*>|%s|[A-Z_]{4,}|\$[A-Za-z_]+", password)
        or password == user
        or made_up(password)
        or published(password)
    )


_WORD = r"(?:password|passwd|passwort|kennwort|pwd|passphrase|contrasena|senha|wachtwoord|haslo|parola)"
_SCHEME = (
    r"(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|https?|ftps?|sftp|ssh|smtps?|imaps?|ldaps?|mssql|sqlserver|oracle|clickhouse|kafka|nats|mqtts?|"
    r"smb|git|couchdb|cassandra|elasticsearch|jdbc:[a-z]{2,12})(?:\+[a-z0-9]{2,12})?"
)
_SECRET_CUES = words(
    "secret, token, api key, apikey, access key, auth key, client secret, private key, credential, "
    "credentials, signing key, encryption key, secret key, authorization, bearer, account key, shared "
    "key, 密钥, 密鑰, 金鑰, 令牌, シークレット, clave, clé, schlüssel, chave, chiave, klucz"
)
_SEPARATOR = r"[\"'\]]{0,2}\s{0,3}(?::|=|:=|=>)\s{0,3}[\"'`]{0,2}"
_NAME_END = r"[A-Za-z0-9_\-]*"

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
            r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\r\n\t\\]*(?:-----END [A-Z ]*-----)?",
            r"\bPuTTY-User-Key-File-\d: [A-Za-z0-9\-]{3,40}",
        ),
        _private_key,
        alone=1.0,
        longest=0,
        severity="critical",
        glue="",
    ),
    ValueKind(
        "connection_string",
        (rf"\b{_SCHEME}://[^\s:@/\"'<>]*:[^\s@/\"'<>]+@[A-Za-z0-9\[]",),
        _connection,
        alone=0.95,
        longest=256,
        severity="critical",
        glue="",
        locate=_password_in_url,
    ),
    ValueKind(
        "password",
        (rf"{_WORD}{_NAME_END}{_SEPARATOR}[^\s\"'`<>]{{6,}}",),
        _is_password,
        alone=0.9,
        longest=0,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        locate=_value_span,
    ),
    ValueKind(
        "password",
        (rf"\b{_WORD} (?:is|was|ist|es|est) ?:? {{0,2}}[\"'`]{{0,2}}[^\s\"'`<>]{{6,}}",),
        _is_spoken_password,
        alone=0.9,
        longest=0,
        caseless=True,
        severity="high",
        glue="",
        whole_run=True,
        locate=_value_span,
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
        (r"\b[A-Za-z0-9+/=_\-.~]{16,}\b",),
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
        around=_not_called,
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
