"""China, Hong Kong, Macao, Japan, Korea."""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_11_2
from stdnum.jp import in_

from govern.enforcement.pii.checks import digits, evenly, is_date, not_uniform
from govern.enforcement.values.kind import ValueKind, always, words


def _chinese_identity(value: str) -> bool:
    """GB 11643: region, birth date, ISO 7064 MOD 11-2 check character."""
    value = value.upper()
    return is_date(int(value[6:10]), int(value[10:12]), int(value[12:14])) and mod_11_2.is_valid(value)


def _hong_kong(value: str) -> bool:
    value = re.sub(r"[ ()]", "", value.upper())
    letters, number, check = value[:-7], value[-7:-1], value[-1]
    values = [36] * (2 - len(letters)) + [ord(letter) - 55 for letter in letters] + [int(digit) for digit in number]
    total = sum(item * weight for item, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def _korean(value: str, centuries: str) -> bool:
    number = digits(value)
    if len(number) != 13 or number[6] not in centuries:
        return False
    century = {
        "1": 1900,
        "2": 1900,
        "5": 1900,
        "6": 1900,
        "3": 2000,
        "4": 2000,
        "7": 2000,
        "8": 2000,
        "9": 1800,
        "0": 1800,
    }[number[6]]
    return is_date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))


def _resident(value: str) -> bool:
    """Resident registration number. Numbers given out since October 2020 carry no check digit, so the date has to do."""
    return _korean(value, "1234")


def _foreigner(value: str) -> bool:
    return _korean(value, "5678")


def _business(value: str) -> bool:
    """Business registration number: weights 1, 3, 7, …, the ninth digit also counts by its tens."""
    number = [int(digit) for digit in digits(value)]
    total = (
        sum(digit * weight for digit, weight in zip(number, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
        + number[8] * 5 // 10
    )
    return (10 - total % 10) % 10 == number[9]


def _korean_licence(value: str) -> bool:
    return 11 <= int(digits(value)[:2]) <= 28


_KR_PASSPORT = re.compile(r"[MSRODmsrod]\d{8}|[MSRODmsrod]\d{3}[A-Za-z]\d{4}")

KINDS = (
    ValueKind(
        "CN_RIC",
        (r"\b[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9X]\b",),
        _chinese_identity,
        words("身份证, 身份證, 公民身份号码, resident identity, id card"),
        alone=0.9,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "CN_PASSPORT",
        (r"\b(?:[EeGgDdSsPpHh]\d{8}|[Ee][A-HJ-NP-Za-hj-np-z]\d{7})\b",),
        always,
        ("护照", "护照号", "chinese passport"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "CN_MAINLAND_TRAVEL_PERMIT",
        (r"\b[HM]\d{8}(?:\d{2})?\b",),
        always,
        words("通行证, 回乡证, 通行證, 回鄉證, 台胞證"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "HK_IDENTITY_CARD",
        (r"\b[A-Z]{1,2}\d{6}\([0-9A]\)",),
        _hong_kong,
        ("hkid", "身份證", "identity card"),
        alone=0.9,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "HK_IDENTITY_CARD",
        (r"\b[A-Z]{1,2}\d{6} ?[0-9A]\b",),
        _hong_kong,
        ("hkid", "香港身份證", "hong kong id"),
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "MO_IDENTITY_CARD",
        (r"\b[1578]\d{6}\(\d\)",),
        always,
        ("澳門", "macao", "macau", "身份證"),
        alone=0.6,
        severity="high",
    ),
    ValueKind(
        "JP_MY_NUMBER",
        (r"\b\d{4}[ \-]?\d{4}[ \-]?\d{4}\b",),
        lambda value: not_uniform(value) and in_.is_valid(value),
        words("マイナンバー, 個人番号, my number, mynumber, individual number"),
        severity="high",
    ),
    ValueKind(
        "JP_PASSPORT",
        (r"\b[A-Z]{2}\d{7}\b",),
        always,
        ("旅券", "パスポート", "旅券番号", "japanese passport"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "JP_DRIVER_LICENSE",
        (r"\b\d{12}\b",),
        not_uniform,
        ("運転免許", "免許証番号", "運転免許証"),
        cued=0.85,
        whole=0.0,
    ),
    ValueKind(
        "KR_RRN",
        (r"\b\d{6}-?[1-4]\d{6}\b",),
        _resident,
        ("주민등록번호", "주민번호", "rrn", "resident registration"),
        severity="high",
    ),
    ValueKind("KR_RRN", (r"\b\d{6}-[1-4]\d{6}\b",), _resident, alone=0.75, severity="high"),
    ValueKind(
        "KR_FRN",
        (r"\b\d{6}-?[5-8]\d{6}\b",),
        _foreigner,
        ("외국인등록번호", "frn", "foreigner registration"),
        severity="high",
    ),
    ValueKind("KR_FRN", (r"\b\d{6}-[5-8]\d{6}\b",), _foreigner, alone=0.7, severity="high"),
    ValueKind(
        "KR_BRN",
        (r"\b\d{3}-\d{2}-\d{5}\b",),
        _business,
        ("사업자등록번호", "brn", "business registration"),
        alone=0.6,
        severity="low",
    ),
    ValueKind(
        "KR_BRN", (r"\b\d{10}\b",), _business, ("사업자등록번호", "brn", "business registration"), severity="low"
    ),
    ValueKind(
        "KR_DRIVER_LICENSE",
        (r"\b\d{2}-\d{2}-\d{6}-\d{2}\b", r"\b\d{2} \d{2} \d{6} \d{2}\b"),
        evenly(_korean_licence),
        ("운전면허", "면허번호"),
        alone=0.6,
    ),
    ValueKind(
        "KR_DRIVER_LICENSE", (r"\b(?:1[1-9]|2[0-8])\d{10}\b",), _korean_licence, ("운전면허", "면허번호"), whole=0.5
    ),
    ValueKind(
        "KR_PASSPORT",
        (r"\b[MSRODmsrod]\d{8}\b", r"\b[MSRODmsrod]\d{3}[A-Za-z]\d{4}\b"),
        lambda value: bool(_KR_PASSPORT.fullmatch(value)),
        ("여권", "여권번호", "korean passport"),
        whole=0.55,
        severity="high",
    ),
    ValueKind("KR_PASSPORT", (r"\b[MSRODmsrod]\d{3}[A-Za-z]\d{4}\b",), always, alone=0.5, severity="high"),
)
