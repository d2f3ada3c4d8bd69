"""Money: payment cards, accounts, wallets."""

from __future__ import annotations

import re

from stdnum import bitcoin, iban

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


def _base58check(value: str) -> bool:
    return bitcoin.is_valid(value)


def _tron(value: str) -> bool:
    import hashlib

    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for character in value:
        number = number * 58 + alphabet.index(character)
    raw = number.to_bytes(25, "big") if number < 1 << 200 else b""
    return bool(raw) and hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _swift(value: str) -> bool:
    return value[4:6].isalpha() and value.isupper()


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
    ValueKind("CREDIT_CARD", (r"\b[56]\d{11}\b",), _card, _CARD_CUES, severity="high", shown=4),
    ValueKind(
        "IBAN",
        (r"\b[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){2,7}(?:[ \-]?[A-Z0-9]{1,3})?\b",),
        iban.is_valid,
        words("iban, account, konto, compte, cuenta, conto, rekening"),
        alone=0.95,
        caseless=True,
        severity="high",
        shown=4,
    ),
    ValueKind(
        "CRYPTO",
        (r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b", r"\bbc1[02-9ac-hj-np-z]{11,71}\b"),
        _base58check,
        ("bitcoin", "btc", "wallet"),
        alone=0.95,
        longest=80,
        whole_run=True,
    ),
    ValueKind(
        "CRYPTO", (r"\b0x[0-9a-fA-F]{40}\b",), _ethereum, words("wallet, eth, ethereum, address, usdc, usdt"), alone=0.8
    ),
    ValueKind("CRYPTO", (r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b",), _tron, ("wallet", "tron", "usdt"), alone=0.9),
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
