"""United Kingdom and Ireland."""

from __future__ import annotations

import re

from stdnum.gb import nhs, utr
from stdnum.ie import pps

from govern.enforcement.pii.checks import by, evenly, not_uniform, same_separator
from govern.enforcement.values.kind import ValueKind, words

_NINO_REFUSED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _nino(value: str) -> bool:
    return value[:2].upper() not in _NINO_REFUSED


def _driving_licence(value: str) -> bool:
    month = int(value[6:8])
    return 1 <= (month - 50 if month > 50 else month) <= 12 and 1 <= int(value[8:10]) <= 31


def _plate(value: str) -> bool:
    """The current format: two letters, the half year of registration, three letters without I and Q."""
    age = int(value[2:4])
    return 2 <= age <= 29 or 51 <= age <= 79


def _nhs(value: str) -> bool:
    return same_separator(value) and not_uniform(value) and nhs.is_valid(value)


def _postcode(value: str) -> bool:
    return bool(re.search(r"\d", value))


_INWARD = r" ?\d[ABD-HJLNP-UW-Z]{2}"

KINDS = (
    ValueKind(
        "UK_NHS",
        (r"\b\d{3}[ \-]?\d{3}[ \-]?\d{4}\b",),
        _nhs,
        ("nhs", "nhs number", "national health service", "health service number"),
        severity="high",
    ),
    ValueKind(
        "UK_NINO",
        (r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",),
        _nino,
        ("nino", "national insurance", "ni number"),
        alone=0.7,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "UK_UTR", (r"\b\d{10}K?\b", r"\b\d{5} \d{5}\b"), by(utr), ("utr", "unique taxpayer reference"), whole=0.0
    ),
    ValueKind(
        "UK_DRIVING_LICENCE",
        (r"\b[A-Z]{1,5}9{0,4}\d[0156]\d[0-3]\d{2}[A-Z9]{2}[0-9A-Z][A-Z]{2}\b",),
        lambda value: len(value) == 16 and _driving_licence(value),
        ("driving licence", "licence", "dvla"),
        alone=0.85,
        caseless=True,
    ),
    ValueKind(
        "UK_PASSPORT",
        (r"\b[A-Z]{2}\d{7}\b",),
        not_uniform,
        ("uk passport", "british passport", "passports", "passport"),
        whole=0.55,
        severity="high",
    ),
    ValueKind(
        "UK_POSTCODE",
        (
            rf"\b[A-PR-UWYZ]\d{{1,2}}{_INWARD}\b",
            rf"\b[A-PR-UWYZ][A-HK-Y]\d{{1,2}}{_INWARD}\b",
            rf"\b[A-PR-UWYZ]\d[A-HJKPSTUW]{_INWARD}\b",
            rf"\b[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRV-Y]{_INWARD}\b",
            r"\bGIR ?0AA\b",
        ),
        _postcode,
        words("postcode, post code, postal code, address, lives at, london, street, road, from, to"),
        cued=0.6,
        caseless=True,
        reach_before=32,
        reach_after=8,
        severity="low",
    ),
    ValueKind(
        "UK_VEHICLE_REGISTRATION",
        (r"\b[A-HJ-PR-Y][A-HJ-PR-Y]\d{2} ?[A-HJ-PR-Z]{3}\b",),
        _plate,
        words("registration, reg, vehicle, vehicles, number plate, plate, car"),
        cued=0.8,
        caseless=True,
        reach_before=32,
        reach_after=8,
        severity="low",
    ),
    ValueKind(
        "UK_VEHICLE_REGISTRATION",
        (
            r"\b[A-Z]{3} ?\d{1,3}[A-HJ-NPR-TV-Y]\b",
            r"\b[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Z]{3}\b",
            r"\b[A-Z]{3} \d[A-Z]\b",
        ),
        lambda value: not value.upper().startswith("O"),
        ("number plate", "vehicle registration"),
        cued=0.7,
        whole=0.5,
        caseless=True,
        severity="low",
    ),
    ValueKind(
        "IE_PPS",
        (r"\b\d{7}[A-W][A-IW]?\b",),
        evenly(by(pps)),
        ("pps", "ppsn", "pps number"),
        alone=0.6,
        caseless=True,
        severity="high",
    ),
)
