"""Germany, Austria, Switzerland."""

from __future__ import annotations

import re

from stdnum.at import vnr
from stdnum.ch import ssn as ahv
from stdnum.iso7064 import mod_11_10

from govern.enforcement.pii.checks import by, digits, has_digit, is_date, not_uniform
from govern.enforcement.values.kind import ValueKind, always, words

_ICAO = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def _tax_id(value: str) -> bool:
    """Steuerliche Identifikationsnummer: no leading zero, a digit is repeated in the first ten, ISO 7064 check digit."""
    number = digits(value)
    return number[0] != "0" and len(set(number[:10])) < 11 and not_uniform(number) and mod_11_10.is_valid(number)


def _document(value: str) -> bool:
    """ICAO 9303 check digit (weights 7, 3, 1) in the last place."""
    value = value.upper()
    total = sum(_ICAO[character] * (7, 3, 1)[index % 3] for index, character in enumerate(value[:-1]))
    return value[-1].isdigit() and total % 10 == int(value[-1])


def _id_card(value: str) -> bool:
    return bool(re.search(r"\d", value)) and (
        _document(value) or bool(re.fullmatch(r"(?i)t\d{8}|[lmnprtvwxyz][cfghjklmnprtvwxyz0-9]{8}", value))
    )


def _health_insurance(value: str) -> bool:
    """Krankenversichertennummer: the letter as two digits, then alternating weights 1 and 2, cross sums (§ 290 SGB V)."""
    value = value.upper()
    number = f"{ord(value[0]) - 64:02d}{value[1:9]}"
    total = sum(sum(divmod(int(digit) * (1 + index % 2), 10)) for index, digit in enumerate(number))
    return total % 10 == int(value[9])


def _pension(value: str) -> bool:
    """Rentenversicherungsnummer: area, birth date, letter, serial, check digit (§ 2 VKVV)."""
    value = value.upper()
    day, month = int(value[2:4]), int(value[4:6])
    if not (1 <= (day - 50 if day > 50 else day) <= 31 and 1 <= month <= 12):
        return False
    number = value[:8] + f"{ord(value[8]) - 64:02d}" + value[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(number, weights, strict=True))
    return total % 10 == int(value[11])


def _physician(value: str) -> bool:
    """Lebenslange Arztnummer: six digits, check digit with weights 4 and 9, two of the specialty."""
    total = sum(int(digit) * (4, 9)[index % 2] for index, digit in enumerate(value[:6]))
    return (10 - total % 10) % 10 == int(value[6]) and not_uniform(value)


def _vat(value: str) -> bool:
    number = digits(value)
    return len(number) == 9 and number[0] != "0"


def _austrian(value: str) -> bool:
    number = digits(value)
    return vnr.is_valid(number) and is_date(2000 + int(number[8:10]), min(int(number[6:8]), 12), int(number[4:6]))


_TAX_CUES = words(
    "steuer-id, steuerid, steueridentifikationsnummer, steuerliche identifikationsnummer, idnr, steuer- "
    "identifikationsnummer, tax id, tin"
)

KINDS = (
    ValueKind("DE_TAX_ID", (r"\b[1-9]\d(?: ?\d{3}){3}\b",), _tax_id, _TAX_CUES, severity="high"),
    ValueKind(
        "DE_TAX_NUMBER",
        (r"\b\d{2,3}/\d{3,4}/\d{4,5}\b",),
        not_uniform,
        ("steuernummer", "st.-nr", "steuer-nr", "finanzamt"),
        cued=0.9,
        whole=0.6,
    ),
    ValueKind(
        "DE_TAX_NUMBER",
        (r"\b(?:0[1-9]|1[0-6]|[1-9]\d)\d{2}0\d{8}\b", r"\b\d{10,11}\b", r"\b(?:0[1-9]|1[0-6])\d{11}\b"),
        not_uniform,
        ("steuernummer", "st.-nr", "steuer-nr", "finanzamt"),
        cued=0.9,
        whole=0.0,
    ),
    ValueKind("DE_TAX_NUMBER", (r"\b0[1-9]\d{2}[05]\d{8}\b",), not_uniform, whole=0.6),
    ValueKind(
        "DE_SOCIAL_SECURITY",
        (r"\b\d{2} ?\d{6} ?[A-Z] ?\d{3}\b",),
        lambda value: _pension(value.replace(" ", "")),
        ("rentenversicherung", "rvnr", "sozialversicherung", "versicherungsnummer"),
        alone=0.7,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DE_HEALTH_INSURANCE",
        (r"\b[A-Z]\d{9}\b", r"\b[A-Z] \d{3} \d{3} \d{3}\b"),
        lambda value: _health_insurance(value.replace(" ", "")),
        words("kvnr, krankenkasse, krankenversicherung, versichertennummer, krankenversichertennummer"),
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DE_ID_CARD",
        (r"\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\d\b",),
        _id_card,
        words("ausweis, personalausweis, ausweisnummer, id card, perso"),
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DE_ID_CARD",
        (r"\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d\b",),
        has_digit,
        words("ausweis, personalausweis, ausweisnummer, ausweisnr, reisepass, passnummer"),
        cued=0.8,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DE_PASSPORT",
        (r"\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\d\b",),
        lambda value: _document(value) and not value.isalpha(),
        ("reisepass", "pass-nr", "passnummer", "german passport"),
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DE_VAT_ID",
        (r"\bDE ?\d{9}\b", r"\bDE[ \-]\d{3}[ \-]\d{3}[ \-]\d{3}\b"),
        _vat,
        ("ust-id", "ust-idnr", "umsatzsteuer", "vat"),
        alone=0.7,
        caseless=True,
        severity="low",
    ),
    ValueKind(
        "DE_FUEHRERSCHEIN",
        (r"\b[A-Z]{1,3}\d{8,9}[0-9A-Z]\b", r"\b[A-Z0-9]\d{2}[A-Z0-9]{6}\d[A-Z0-9]\b"),
        lambda value: (
            len(value) == 11
            and bool(re.fullmatch(r"(?i)[a-z]{2}\d{8}[a-z0-9]|[a-z0-9]\d\d[a-z0-9]{6}\d[a-z0-9]", value))
            and not value.isdigit()
        ),
        ("führerschein", "führerscheinnummer", "fahrerlaubnis"),
        caseless=True,
    ),
    ValueKind(
        "DE_KFZ",
        (r"\b[A-Z]{1,3}[ \-][A-Z]{1,2} \d{1,4}[EH]?\b",),
        always,
        ("kennzeichen", "kfz", "fahrzeug", "nummernschild"),
        cued=0.8,
        whole=0.5,
        severity="low",
    ),
    ValueKind("DE_LANR", (r"\b\d{9}\b",), _physician, ("lanr", "arztnummer"), severity="low"),
    ValueKind(
        "DE_BSNR",
        (r"\b(?:0[1-9]|[1-9]\d)\d{7}\b",),
        not_uniform,
        ("bsnr", "betriebsstättennummer"),
        whole=0.5,
        severity="low",
    ),
    ValueKind(
        "DE_HANDELSREGISTER",
        (r"\bHR[AB] ?\d{1,6}\b",),
        lambda value: not value.upper().startswith("HRC"),
        ("handelsregister", "amtsgericht"),
        alone=0.5,
        severity="low",
    ),
    ValueKind(
        "AT_SVNR",
        (r"\b\d{4} ?\d{6}\b",),
        _austrian,
        ("svnr", "sozialversicherungsnummer", "versicherungsnummer", "sv-nummer"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "CH_AHV",
        (r"\b756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}\b",),
        by(ahv),
        ("ahv", "avs", "ahv-nummer"),
        alone=0.8,
        severity="high",
    ),
)
