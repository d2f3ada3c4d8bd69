"""India, Pakistan and South-East Asia."""

from __future__ import annotations

import re

from stdnum.id import nik
from stdnum.my import nric
from stdnum.pk import cnic
from stdnum.sg import uen
from stdnum.th import pin

from govern.enforcement.pii.checks import by, digits, not_uniform, same_separator, verhoeff_valid
from govern.enforcement.values.kind import ValueKind, always, words

_STATES = {f"{number:02d}" for number in range(1, 39)} | {"96", "97", "99"}
_SG_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)


def _aadhaar(value: str) -> bool:
    number = digits(value)
    return number != number[::-1] and verhoeff_valid(number) and same_separator(value)


def _gstin(value: str) -> bool:
    return value[:2] in _STATES


def _nric_fin(value: str) -> bool:
    value = value.upper()
    prefix = value[0]
    total = sum(int(digit) * weight for digit, weight in zip(value[1:8], _SG_WEIGHTS, strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(prefix, 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}[
        prefix
    ]
    return letters[total % 11] == value[8]


def _philippine_tin(value: str) -> bool:
    """The ninth digit checks the first eight, weighted 9 … 2, modulo 11 (BIR). More digits name a branch."""
    number = digits(value)
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 1, -1), strict=False))
    return same_separator(value) and not_uniform(number) and total % 11 == int(number[8])


def _thai(value: str) -> bool:
    number = digits(value)
    return pin.is_valid(number) and number[0] != "0" and 10 <= int(number[1:3]) <= 96


def _malaysian(value: str) -> bool:
    return nric.is_valid(value)


_PLATE_STATES = "AN|AP|AR|AS|BH|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TN|TR|TS|UK|UP|WB"
_GSTIN_BODY = r"\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]"

KINDS = (
    ValueKind(
        "IN_AADHAAR",
        (r"\b[2-9]\d{3}[ \-]?\d{4}[ \-]?\d{4}\b",),
        _aadhaar,
        ("aadhaar", "aadhar", "uidai", "आधार"),
        severity="high",
        shown=4,
    ),
    ValueKind("IN_AADHAAR", (r"\b[2-9]\d{3}[ \-]\d{4}[ \-]\d{4}\b",), _aadhaar, alone=0.6, severity="high", shown=4),
    ValueKind(
        "IN_PAN",
        (r"\b[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]\b",),
        always,
        ("pan", "permanent account", "पैन"),
        alone=0.7,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "IN_PAN",
        (r"\b[A-Z]{5}\d{4}[A-Z]\b",),
        always,
        ("pan", "permanent account", "पैन"),
        whole=0.5,
        caseless=True,
        severity="high",
    ),
    ValueKind("IN_GSTIN", (rf"\b{_GSTIN_BODY}\b",), _gstin, ("gstin", "gst"), alone=0.8, severity="low"),
    ValueKind(
        "IN_VOTER",
        (r"\b[A-Z]{3}\d{7}\b",),
        always,
        ("voter", "epic", "voter id", "election commission"),
        whole=0.55,
        caseless=True,
    ),
    ValueKind(
        "IN_PASSPORT",
        (r"\b[A-PR-WY][1-9]\d{5}[1-9]\b",),
        always,
        ("passport", "indian passport", "passport number"),
        cued=0.85,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "IN_VEHICLE_REGISTRATION",
        (rf"\b(?:{_PLATE_STATES})[ \-]?\d{{1,2}}[ \-]?[A-Z]{{0,3}}[ \-]?\d{{4}}\b", r"\b[A-Z]{3}\d{4}\b"),
        lambda value: bool(re.search(r"[A-Za-z]", value)),
        ("vehicle", "registration", "rto", "plate"),
        cued=0.7,
        whole=0.5,
        severity="low",
    ),
    ValueKind("PK_CNIC", (r"\b\d{5}-\d{7}-\d\b",), by(cnic), ("cnic", "nadra"), alone=0.75, severity="high"),
    ValueKind("PK_CNIC", (r"\b\d{13}\b",), by(cnic), ("cnic", "nadra"), whole=0.0, severity="high"),
    ValueKind(
        "SG_NRIC_FIN",
        (r"\b[STFGM]\d{7}[A-Z]\b",),
        _nric_fin,
        ("nric", "fin", "singapore"),
        alone=0.8,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "SG_NRIC_FIN", (r"\b[A-Z]\d{7}[A-Z]\b",), always, ("nric",), cued=0.8, whole=0.5, caseless=True, severity="high"
    ),
    ValueKind(
        "SG_UEN",
        (r"\b\d{8,9}[A-Z]\b", r"\b[RST]\d{2}[A-Z]{2}\d{4}[A-Z]\b"),
        by(uen),
        ("uen",),
        alone=0.5,
        severity="low",
    ),
    ValueKind(
        "MY_NRIC",
        (r"\b\d{6}-\d{2}-\d{4}\b",),
        _malaysian,
        ("nric", "mykad", "kad pengenalan", "ic number"),
        alone=0.75,
        severity="high",
    ),
    ValueKind(
        "MY_NRIC",
        (r"\b\d{12}\b",),
        _malaysian,
        ("nric", "mykad", "kad pengenalan", "ic number"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "ID_NIK",
        (r"\b\d{16}\b", r"\b\d{6} \d{6} \d{4}\b"),
        by(nik),
        ("nik", "ktp", "nomor induk kependudukan"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "TH_TNIN",
        (r"\b[1-8][ \-]?\d{4}[ \-]?\d{5}[ \-]?\d{2}[ \-]?\d\b",),
        _thai,
        words("thai national id, national id, เลขประจำตัวประชาชน, เลขบัตรประชาชน, บัตรประชาชน"),
        severity="high",
    ),
    ValueKind(
        "VN_CITIZEN_ID",
        (r"\b0\d{11}\b",),
        not_uniform,
        ("cccd", "căn cước", "căn cước công dân"),
        cued=0.9,
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "PH_TIN",
        (r"\b\d{3}[ \-]?\d{3}[ \-]?\d{3}(?:[ \-]?\d{3,5})?\b",),
        _philippine_tin,
        ("tin",),
        cued=0.7,
        whole=0.0,
    ),
)
