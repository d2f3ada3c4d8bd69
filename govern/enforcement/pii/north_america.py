"""United States, Canada, Mexico."""

from __future__ import annotations

from stdnum import luhn
from stdnum.ca import bc_phn, sin
from stdnum.mx import curp, rfc

from govern.enforcement.pii.checks import by, digits, evenly, not_uniform, same_separator
from govern.enforcement.values.kind import ValueKind, always, words

_SSN_CUES = words("ssn, social security, social security number, social, ss#, tax id, taxpayer")


def _ssn(value: str) -> bool:
    """Areas 000, 666 and 900–999 were never issued, nor group 00, nor serial 0000 (SSA, 2011)."""
    number = digits(value)
    area, group, serial = number[:3], number[3:5], number[5:]
    return (
        same_separator(value)
        and area not in ("000", "666")
        and area < "900"
        and group != "00"
        and serial != "0000"
        and number not in ("123456789", "219099999", "078051120")
        and not_uniform(number)
    )


def _itin(value: str) -> bool:
    """Groups 50–65, 70–88, 90–92, 94–99 (IRS)."""
    group = int(digits(value)[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99


def _aba(value: str) -> bool:
    number = [int(digit) for digit in digits(value)]
    total = 3 * sum(number[0::3]) + 7 * sum(number[1::3]) + sum(number[2::3])
    return total % 10 == 0 and any(number)


def _npi(value: str) -> bool:
    number = digits(value)
    return luhn.is_valid("80840" + number) and not_uniform(number)


def _dea(value: str) -> bool:
    number = value[2:]
    odd, even = sum(map(int, number[0:6:2])), sum(map(int, number[1:6:2]))
    return (odd + 2 * even) % 10 == int(number[6])


_MBI_LETTER = "[AC-HJKMNP-RT-Y]"
_MBI_ANY = "[0-9AC-HJKMNP-RT-Y]"

KINDS = (
    ValueKind("US_SSN", (r"\b\d{3}[\- .]\d{2}[\- .]\d{4}\b",), _ssn, _SSN_CUES, alone=0.75, severity="high", shown=4),
    ValueKind(
        "US_SSN", (r"\b\d{9}\b", r"\b\d{5}-\d{4}\b", r"\b\d{3}-\d{6}\b"), _ssn, _SSN_CUES, severity="high", shown=4
    ),
    ValueKind(
        "US_ITIN",
        (r"\b9\d{2}[\- ]\d{2}[\- ]\d{4}\b",),
        _itin,
        ("itin", "taxpayer", "tax id"),
        alone=0.75,
        severity="high",
        shown=4,
    ),
    ValueKind(
        "US_ITIN",
        (r"\b9\d{8}\b", r"\b9\d{2}[\- ]\d{6}\b", r"\b9\d{4}[\- ]\d{4}\b"),
        _itin,
        ("itin", "taxpayer", "tax id"),
        severity="high",
        shown=4,
    ),
    ValueKind(
        "US_EIN",
        (r"\b\d{2}-\d{7}\b",),
        not_uniform,
        ("ein", "employer identification", "federal tax id"),
        whole=0.0,
        severity="low",
    ),
    ValueKind(
        "ABA_ROUTING_NUMBER",
        (r"\b[0-46-8]\d{8}\b", r"\b[0-46-8]\d{3}-\d{4}-\d\b"),
        _aba,
        words("aba, routing, routing number, bankrouting, bank routing, wire transfer"),
    ),
    ValueKind(
        "US_NPI",
        (r"\b[12]\d{9}\b", r"\b[12]\d{3}[ \-]\d{3}[ \-]\d{3}\b"),
        _npi,
        ("npi", "national provider", "provider id"),
        severity="low",
    ),
    ValueKind(
        "US_MBI",
        (rf"\b[1-9]{_MBI_LETTER}{_MBI_ANY}\d-?{_MBI_LETTER}{_MBI_ANY}\d-?{_MBI_LETTER}{{2}}\d{{2}}\b",),
        always,
        ("mbi", "medicare", "beneficiary"),
        alone=0.7,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "MEDICAL_LICENSE",
        (r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b",),
        _dea,
        ("dea", "medical license", "certificate"),
        caseless=True,
    ),
    ValueKind(
        "US_DRIVER_LICENSE",
        (r"\b[A-Z]{1,3}-?\d{4,14}[A-Z]{0,2}\b", r"\b\d{7,12}\b"),
        always,
        words("driver's license, drivers license, driver license, driving license, dl, license number, dmv"),
        cued=0.85,
        whole=0.0,
        caseless=True,
    ),
    ValueKind("US_DRIVER_LICENSE", (r"\b[A-Z]\d{7,8}\b",), always, whole=0.5, caseless=True),
    ValueKind(
        "US_PASSPORT",
        (r"\b[A-Z]\d{8}\b",),
        always,
        ("us passport", "u.s. passport", "american passport"),
        whole=0.55,
        severity="high",
    ),
    ValueKind(
        "CA_SIN",
        (r"\b\d{3}[ \-]\d{3}[ \-]\d{3}\b", r"\b[1-79]\d{8}\b"),
        evenly(by(sin)),
        words("sin, social insurance, social insurance number, numéro d'assurance sociale, nas"),
        severity="high",
        shown=3,
    ),
    ValueKind(
        "CA_HEALTH_NUMBER",
        (r"\b9\d{9}\b", r"\b9\d{3}[ \-]\d{3}[ \-]\d{3}\b"),
        by(bc_phn),
        ("phn", "personal health number", "health card"),
        severity="high",
    ),
    ValueKind(
        "MX_CURP",
        (r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b",),
        by(curp),
        ("curp",),
        alone=0.9,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "MX_RFC",
        (r"\b[A-Z]{3,4}[ \-]?\d{6}[ \-]?[A-Z0-9]{3}\b",),
        by(rfc),
        ("rfc", "registro federal"),
        whole=0.0,
        caseless=True,
    ),
)
