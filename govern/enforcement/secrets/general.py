"""Secrets of any service: JSON web tokens, private keys, connection strings, and what a word before them calls a secret."""

from __future__ import annotations

import base64
import binascii
import re

from govern.enforcement.secrets.checks import high_entropy, password_like
from govern.enforcement.values.kind import Kind, words


def _json_web_token(value: str) -> bool:
    """The first part decodes to a JOSE header (RFC 7515, 4.1), or the second one looks like a JSON object as the first does."""
    header, dot, payload = value.partition(".")
    if payload.startswith("eyJ"):
        return True
    try:
        decoded = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
    except (ValueError, binascii.Error):
        return False
    return bool(dot) and len(payload) >= 8 and (b'"alg"' in decoded or b'"typ"' in decoded or b'"enc"' in decoded)


_CUED_VALUE = re.compile(
    r"(?is)[a-z]+?(?:word|wort|wd|phrase|sena|senha|haslo|parola)[a-z0-9_\-]{0,20}?"
    r"(?:[\"'\]]{0,2}\s{0,3}(?::=|=>|:|=)\s{0,3}|\s+(?:is|was|ist|es|est)\s?:?\s{0,2})[\"'`]{0,2}"
)
_MOST_TRAILING = 4
_TRAILING = "\"'`,;.)]}>"


def _value_span(value: str) -> tuple[int, int] | None:
    found = _CUED_VALUE.match(value)
    if found is None:
        return None
    end = (
        len(value) - _MOST_TRAILING + len(value[-_MOST_TRAILING:].rstrip(_TRAILING))
        if len(value) > _MOST_TRAILING
        else len(value)
    )
    return (found.end(), end) if end > found.end() else None


def _value(value: str) -> str:
    span = _value_span(value)
    return value[span[0] : span[1]] if span else ""


def _is_password(value: str) -> bool:
    return password_like(_value(value))


def _is_spoken_password(value: str) -> bool:
    """ "The password is …" in a sentence: a digit or a mark must show that it is not the next word."""
    secret = _value(value)
    return (
        password_like(secret)
        and bool(re.search(r"[^A-Za-z]", secret))
        and not re.fullmatch(r"[A-Za-z]+[.,;:!?'’\-][A-Za-z]*", secret)
    )


def _random(value: str) -> bool:
    return high_entropy(value) and password_like(value) and not _user_and_password(value)


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
    """Manuals encode user:password, or the example of RFC 7617."""
    found = _user_and_password(value[_basic_span(value)[0] :])
    if found is None:
        return False
    user, password = found
    return (
        password_like(password) and not _MADE_UP.fullmatch(password) and (user, password) != ("Aladdin", "open sesame")
    )


def _private_key(value: str) -> bool:
    """Long enough a header is none."""
    return value.find("-----", 5, 100) > 0 or value.startswith("PuTTY")


def _password_in_url(value: str) -> tuple[int, int] | None:
    at, scheme = value.rindex("@"), value.index("://") + 3
    colon = value.index(":", scheme)
    return (colon + 1, at) if at > colon + 1 else None


def _connection(value: str) -> bool:
    span = _password_in_url(value)
    return span is not None and not re.fullmatch(
        r"[*xX.]+|\$?\{.*\}|<.*>|%s|password|pass|secret|user", value[span[0] : span[1]]
    )


_MADE_UP = re.compile(
    r"(?i)(?:my|your|the|some|api|user)?[ _\-]?(?:pass(?:word|wd)?|pwd|secret|token|key|foobar|foo|bar|test|demo)[ _\-]?\d{0,3}"
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
    Kind(
        "json_web_token",
        (r"\beyJ[A-Za-z0-9_\-.]{20,}\b",),
        _json_web_token,
        alone=0.95,
        longest=0,
        whole_run=True,
        severity="critical",
        glue="",
    ),
    Kind(
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
    Kind(
        "connection_string",
        (rf"\b{_SCHEME}://[^\s:@/\"'<>]*:[^\s@/\"'<>]+@[A-Za-z0-9\[]",),
        _connection,
        alone=0.95,
        longest=256,
        severity="critical",
        glue="",
        locate=_password_in_url,
    ),
    Kind(
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
    Kind(
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
    Kind(
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
    Kind(
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
    ),
    Kind(
        "aws_secret_key",
        (r"\b[A-Za-z0-9+/]{40}\b",),
        high_entropy,
        words("aws_secret, aws secret, secret access key, secretaccesskey, aws_secret_access_key, aws"),
        cued=0.9,
        whole=0.0,
        severity="critical",
        glue="+/",
    ),
)
