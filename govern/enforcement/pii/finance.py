"""Money: payment cards, accounts, wallets."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from stdnum import bitcoin, numdb

from govern.enforcement.pii.checks import digits, luhn_valid, not_uniform, same_separator
from govern.enforcement.values.kind import ValueKind, always, words

_CARD_CUES = words(
    "card, credit, debit, visa, mastercard, amex, american express, cc, pan, kreditkarte, karte, tarjeta, "
    "cartão, carte, carta, kaart, karta, kort, 信用卡, 卡号, 卡號, カード, 카드, карта"
)

_CARD_RANGES = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|095|[689]\d)\d{11}(?:\d{2})?"  # Diners Club
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}(?:\d{3})?"  # Discover
    r"|(?:35\d\d|3088|3096|3112|3158|3337)\d{12}|(?:2131|1800)\d{11}"  # JCB
    r"|62\d{14,17}|220[0-4]\d{12,15}"  # UnionPay, Mir
    r"|(?:5[0678]|6[0-9])\d{10,17}"  # Maestro
)

_CARD_BEGINS = r"(?:[3-6]\d|2[1-7]|18)\d\d"
"""The first four digits of all of these."""


def _card(value: str) -> bool:
    return luhn_valid(value) and same_separator(value) and bool(_CARD_RANGES.fullmatch(digits(value)))


def _ethereum(value: str) -> bool:
    return len(set(value[2:].lower())) > 4


_BASE58 = bytes.maketrans(b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", bytes(range(58)))
_ADDRESS_BYTES = 25


def _base58check(value: str) -> bool:
    """Twenty-one bytes, then the first four of their double SHA-256. Every 1 in front is a byte of zeros, and there are no others."""
    number = 0
    for digit in value.encode().translate(_BASE58):
        number = number * 58 + digit
    if number >> 8 * _ADDRESS_BYTES:
        return False
    raw = number.to_bytes(_ADDRESS_BYTES)
    zeros = len(value) - len(value.lstrip("1"))
    return len(raw) - len(raw.lstrip(b"\0")) == zeros and sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _bitcoin(value: str) -> bool:
    return bitcoin.is_valid(value) if value[0] == "b" else _base58check(value)


class _Country(NamedTuple):
    """What follows the check digits of an IBAN: of how many characters, in fields of which each has its size and its characters.
    Checks of countries' own are left out: they know the codes of banks, and banks come faster."""

    size: int
    fields: tuple[tuple[int, frozenset[str]], ...]


@cache
def _country(code: str) -> _Country | None:
    described = numdb.get("iban").info(code + "00")[0][1].get("bban")
    if not described:
        return None
    fields = tuple((int(size), _SORTS[sort]) for size, sort in _FIELD.findall(described))
    return _Country(sum(size for size, _ in fields), fields)


_FIELD = re.compile("([1-9][0-9]{0,2})!([nac])")
_DIGITS, _CAPITALS = frozenset("0123456789"), frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SORTS = {"n": _DIGITS, "a": _CAPITALS, "c": _DIGITS | _CAPITALS}
_AS_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}


def _iban(value: str) -> bool:
    """ISO 13616: a number that leaves 1 when divided by 97, of the structure that the country registered."""
    number = value.replace(" ", "").replace("-", "").upper()
    if int((number[4:] + number[:4]).translate(_AS_NUMBERS)) % 97 != 1:
        return False
    country = _country(number[:2])
    if country is None or len(number) != 4 + country.size:
        return False
    place = 4
    for size, allowed in country.fields:
        if not allowed.issuperset(number[place : place + size]):
            return False
        place += size
    return True


def _swift(value: str) -> bool:
    return value[4:6].isalpha() and value.isupper()


def _card_in_any_groups(value: str) -> bool:
    return luhn_valid(value) and bool(_CARD_RANGES.fullmatch(digits(value)))


def _last_number(value: str) -> tuple[int, int]:
    return len(value.rstrip("0123456789")), len(value)


KINDS = (
    ValueKind(
        "CREDIT_CARD",
        (
            rf"\b{_CARD_BEGINS}[ \-]\d{{4}}[ \-]\d{{4}}[ \-]\d{{4}}\b",
            rf"\b{_CARD_BEGINS}[ \-]\d{{6}}[ \-]\d{{4,5}}\b",
            rf"\b{_CARD_BEGINS}[ \-]\d{{4}}[ \-]\d{{4}}[ \-]\d{{3}}\b",
            rf"\b{_CARD_BEGINS}[ \-]\d{{4}}[ \-]\d{{4}}[ \-]\d{{4}}[ \-]\d{{3}}\b",
        ),
        _card,
        _CARD_CUES,
        alone=0.95,
        severity="high",
        shown=4,
    ),
    ValueKind(
        "CREDIT_CARD", (r"\b[1-6]\d{12,18}\b",), _card, _CARD_CUES, alone=0.85, whole=0.95, severity="high", shown=4
    ),
    ValueKind(
        "CREDIT_CARD",
        (
            r"\b[3-6](?:[ .\t\n/_|:,\-]{0,2}\d){12,18}\b",
            rf"\b{_CARD_BEGINS}(?: - \d{{4}}){{3}}\b",
        ),
        _card_in_any_groups,
        _CARD_CUES,
        cued=0.9,
        whole=0.6,
        severity="high",
        shown=4,
        reach_after=-1,
    ),
    ValueKind("CREDIT_CARD", (r"\b[56]\d{11}\b",), _card, _CARD_CUES, severity="high", shown=4),
    ValueKind(
        "IBAN",
        (r"\b[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,3})?\b",),
        _iban,
        words("iban, account, konto, compte, cuenta, conto, rekening"),
        alone=0.95,
        caseless=True,
        severity="high",
        shown=4,
    ),
    ValueKind(
        "CRYPTO",
        (r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b", r"\bbc1[02-9ac-hj-np-z]{11,71}\b"),
        _bitcoin,
        ("bitcoin", "btc", "wallet"),
        alone=0.95,
        longest=80,
        whole_run=True,
    ),
    ValueKind(
        "CRYPTO", (r"\b0x[0-9a-fA-F]{40}\b",), _ethereum, words("wallet, eth, ethereum, address, usdc, usdt"), alone=0.8
    ),
    ValueKind("CRYPTO", (r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b",), _base58check, ("wallet", "tron", "usdt"), alone=0.9),
    ValueKind(
        "SWIFT_BIC",
        (r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b",),
        _swift,
        ("bic", "swift", "swift code"),
        cued=0.8,
        whole=0.0,
        severity="low",
    ),
    ValueKind(
        "BANK_ACCOUNT",
        (r"\b\d{6,17}\b", r"\b\d{2}[ \-]\d{2}[ \-]\d{2}[ ,\-]{1,2}\d{8}\b"),
        not_uniform,
        words(
            "account number, account no, acct, bank account, checking account, savings account, kontonummer, numéro de "
            "compte, numero de cuenta, rekeningnummer, 銀行帳號, 銀行帳戶, 银行账号, 银行卡号, 口座番号, 계좌번호, 帳號"
        ),
        cued=0.8,
        whole=0.0,
        severity="high",
        shown=4,
    ),
    ValueKind("UK_SORT_CODE", (r"\b\d{2}-\d{2}-\d{2}\b",), always, ("sort code",), cued=0.9, whole=0.0),
    ValueKind(
        "CARD_SECURITY_CODE",
        (
            r"\b(?:cvv2?|cvc2?|card security code|card verification (?:code|value|number))[ \t:=\"'#]{1,6}(?:is |code |number )?\d{3,4}\b",
        ),
        alone=0.85,
        caseless=True,
        severity="high",
        locate=_last_number,
    ),
)
