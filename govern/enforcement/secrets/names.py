"""What a name says of the value behind it: `DB_PASS`, `--api-key`, `clientSecret`, `token_url`, `primary_key`."""

from __future__ import annotations

import re
from enum import Enum


class Meaning(Enum):
    """``SECRET`` says it in so many words (`api_key`, `token`); ``PERHAPS`` has a word that names other things as often (`key`, `auth`)."""

    NOTHING = 0
    PERHAPS = 1
    SECRET = 2
    PASSWORD = 3


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_AS_ONE = re.compile(r"(?i)\bp/w")
_PASSWORD = _words(
    "pass password passwords passwd passwort passphrase passcode passe pswd pwd pw kennwort contrasena senha wachtwoord losenord haslo "
    "parola sifre heslo salasana identified dbpass"
)
_NO_PASSWORD = _words("compass bypass trespass underpass overpass surpass encompass")
_PASSWORD_ENDS = ("password", "passwd", "passwort", "passphrase", "kennwort", "pwd", "passcode", "pass")
_SECRET = _words(
    "secret secrets token tokens apikey apikeys credential credentials creds cred salt nonce bearer pat apisecret authtoken accesstoken "
    "authkey accesskey secretkey privatekey clientsecret appsecret sessionid sessid webhook oauth"
)
_SECRET_ENDS = ("secret", "token", "apikey", "accesskey", "secretkey", "authkey", "sessionid", "sessid")
_PERHAPS = _words("key api auth authorization authentication session sess signature sig keys")
_OF_A_KEY = _words(
    "api secret private access auth account shared encryption encrypt signing sign master admin service license licence activation "
    "consumer client app application crypto ssh storage subscription deploy deployment server hmac aes jwt rsa webhook user x my"
)
"""A `key` after one of these is a secret."""
_BEFORE = _words(
    "primary foreign public pub cache sort partition row object bucket idempotency natural schema sequence idx index hot shortcut i18n "
    "translation site csrf xsrf csrfmiddleware page next sync continuation cursor max min num total input output prompt completion cached "
    "reasoning stop eos bos pad unk sep mask cls map dict lookup unique composite issuer publishable map group event trace"
)
"""Before `key` or `token`: it opens nothing."""
_BEFORE_TOKEN = _BEFORE | _words(
    "lock request client change upload resume start paging nextpage poll tracking order id"
)
_AFTER = _words(
    "down up left right press pressed code codes board frame mesh meshing ring selector size stone store tab word words name names pair "
    "length alias id ids file files path paths vault hash digest checksum fingerprint event type types url urls uri uris endpoint host "
    "version arn ref reference count limit usage budget audience issuer prefix suffix pattern regex header headers label hint placeholder "
    "format class field fields policy required enabled expires expiry expiration age ttl algorithm alg method provider manager handler "
    "factory service client source location title description message error help text button input form view template settings options "
    "config configuration column attribute property widget reset changed change confirm validator validators hasher hashers strength "
    "mode level rotation scope scopes status state group groups rate lifetime variable var chars"
)
"""After the word: it is something about the secret, not the secret."""
_NO_PASSWORD_AFTER = _AFTER - _words("hash digest text confirm variable var code input form")


def meaning(name: str) -> Meaning:
    """Of a whole name. A name joined by blanks is that of its first word and of what stands before it."""
    tokens = _tokens(_AS_ONE.sub("pw", name))
    best = Meaning.NOTHING
    for place, token in enumerate(tokens):
        said = _says(token, tokens[place - 1] if place else "")
        if said is Meaning.NOTHING:
            continue
        unfit = _NO_PASSWORD_AFTER if said is Meaning.PASSWORD else _AFTER
        if any(later in unfit for later in tokens[place + 1 :]):
            return Meaning.NOTHING
        if said.value > best.value:
            best = said
    return best


def _tokens(name: str) -> list[str]:
    """`APIKey_2` is api and key: the last of several capitals begins the word behind them."""
    tokens: list[str] = []
    end = -1
    for found in _TOKEN.finditer(name):
        token = found[0]
        if found.start() == end and token[0].islower() and len(tokens[-1]) > 2:
            token = tokens[-1][-1] + token
            tokens[-1] = tokens[-1][:-1]
        end = found.end() if token[0].isupper() and found[0].isupper() else -1
        tokens.append(token)
    return [token.lower() for token in tokens]


def _says(token: str, before: str) -> Meaning:
    if token in _PASSWORD or (token.endswith(_PASSWORD_ENDS) and token not in _NO_PASSWORD):
        return Meaning.PASSWORD
    if before in _BEFORE or (before in _BEFORE_TOKEN and token in ("token", "tokens")):
        return Meaning.NOTHING
    if token in _SECRET or token.endswith(_SECRET_ENDS):
        return Meaning.SECRET
    if token in _PERHAPS:
        return Meaning.SECRET if token == "key" and before in _OF_A_KEY else Meaning.PERHAPS  # noqa: S105
    return Meaning.NOTHING
