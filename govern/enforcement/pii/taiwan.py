"""Taiwan."""

from __future__ import annotations

from stdnum.tw import ubn

from govern.enforcement.pii.checks import not_uniform
from govern.enforcement.values.kind import ValueKind, always, words

_AREAS = {character: value for value, character in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
"""The two digits a leading letter stands for; I and O come last because they were assigned last."""


def _identity_number(value: str) -> bool:
    """National id (second place 1 or 2) and resident certificate since 2021 (8 or 9): weights 1, 9, 8, … 1, 1 over eleven digits."""
    value = value.upper()
    tens, units = divmod(_AREAS[value[0]], 10)
    total = (
        tens
        + units * 9
        + sum(int(digit) * weight for digit, weight in zip(value[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True))
    )
    return total % 10 == 0


def _old_resident_certificate(value: str) -> bool:
    """Before 2021 the second place was a letter, which counts by the units of its two digits."""
    value = value.upper()
    return _identity_number(value[0] + str(_AREAS[value[1]] % 10) + value[2:])


KINDS = (
    ValueKind(
        "TW_NATIONAL_ID",
        (r"\b[A-Z][12]\d{8}\b",),
        _identity_number,
        words("身分證, 身份證, 身分證字號, 身份証, 身分証, national id, id number, taiwan id"),
        alone=0.8,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "TW_RESIDENT_CERTIFICATE",
        (r"\b[A-Z][89]\d{8}\b",),
        _identity_number,
        words("居留證, 居留証, 統一證號, 居留證號, arc, resident certificate, uniform id"),
        alone=0.75,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "TW_RESIDENT_CERTIFICATE",
        (r"\b[A-Z][A-D]\d{8}\b",),
        _old_resident_certificate,
        words("居留證, 居留証, 統一證號, 居留證號, arc, resident certificate"),
        alone=0.6,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "TW_GUI_NUMBER",
        (r"\b\d{8}\b",),
        lambda value: ubn.is_valid(value) and not_uniform(value),
        words("統一編號, 統編, 公司統編, gui number, ubn, unified business number, tax id, gui, vat number"),
        whole=0.0,
        severity="low",
    ),
    ValueKind(
        "TW_HEALTH_CARD",
        (r"\b\d{4} ?\d{4} ?\d{4}\b",),
        not_uniform,
        words("健保卡, 健保卡號, 全民健康保險, nhi card, nhi"),
        cued=0.85,
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "TW_PASSPORT",
        (r"\b[1-4]\d{8}\b",),
        not_uniform,
        ("護照號碼", "護照", "taiwan passport"),
        cued=0.9,
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "TW_LICENSE_PLATE",
        (r"\b[A-Z]{2,3}-\d{3,4}\b", r"\b\d{3,4}-[A-Z]{2,3}\b"),
        always,
        ("車牌", "車牌號碼", "牌照"),
        cued=0.8,
        whole=0.0,
        severity="low",
    ),
)
