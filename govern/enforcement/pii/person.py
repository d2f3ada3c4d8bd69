"""What a person carries whatever the country: date of birth, passport, driving licence, medical record number."""

from __future__ import annotations

import re

from govern.enforcement.pii.checks import has_digit, is_date, not_uniform
from govern.enforcement.values.kind import ValueKind, words

_BORN = words(
    "born, dob, d.o.b, date of birth, birth date, birthdate, birthday, birth, geboren, geburtsdatum, geb., né "
    "le, née le, date de naissance, nacido, nacida, fecha de nacimiento, nascido, nascimento, data de "
    "nascimento, nato il, nata il, data di nascita, geboortedatum, geboren op, urodzony, urodzona, data "
    "urodzenia, syntynyt, syntymäaika, född, født, doğum, дата рождения, родился, родилась, 出生, 生日, 生於, 生于, "
    "生年月日, 誕生日, 생년월일, วันเกิด, เกิดวันที่, เกิดเมื่อ, तारीख, ngày sinh"
)

_PASSPORT = words(
    "passport, passeport, pasaporte, passaporte, passaporto, reisepass, pass-nr, paspoort, paszport, passi, "
    "pass nr, pasaport, паспорт, 护照, 護照, パスポート, 旅券, 여권, หนังสือเดินทาง, hộ chiếu, जवाज़, जوाज़"
)

_LICENCE = words(
    "driver's license, drivers license, driver license, driver's licence, drivers licence, driving license, "
    "driving licence, dl number, license number, licence number, licence no, license no, dl, führerschein, "
    "permis de conduire, licencia de conducir, carnet de conducir, patente, rijbewijs, prawo jazdy, ajokortti, "
    "körkort, carteira de motorista, cnh, 驾照, 駕照, 駕駛執照, 驾驶证, 免許証, 운전면허"
)

_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_NUMBERS = re.compile(r"\d+")
_BUDDHIST = 543
"""Years that Thailand counts more."""


def _date(value: str) -> bool:
    numbers = [int(number) for number in _NUMBERS.findall(value)]
    if len(numbers) == 2:
        return any(1850 <= number <= 2100 for number in numbers) or min(numbers) <= 31
    first, second, third = (number - _BUDDHIST if 2400 <= number <= 2650 else number for number in numbers)
    return first <= 2100 and (
        is_date(first, second, third)
        or is_date(third + (1900 if third < 100 else 0), second, first)
        or is_date(third + (1900 if third < 100 else 0), first, second)
    )


_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _vin(value: str) -> bool:
    """ISO 3779 with the check digit of 49 CFR 565."""
    total = sum(
        (_VIN_VALUES.get(character) or int(character)) * weight
        for character, weight in zip(value, _VIN_WEIGHTS, strict=True)
    )
    return value[8] == "0123456789X"[total % 11] and not value.isdigit()


def _is_username(value: str) -> bool:
    """A name and digits, or two names that a mark joins; not the name of a field, nor of a file."""
    digits = sum(map(str.isdigit, value))
    return not value.lower().startswith("user") and (
        digits >= 2 or (digits == 0 and value.count(".") == 1 and value.islower())
    )


KINDS = (
    ValueKind(
        "DATE_OF_BIRTH",
        (
            r"\b\d{4}[\-/.]\d{1,2}[\-/.]\d{1,2}\b",
            r"\b\d{1,2}[\-/.] ?\d{1,2}[\-/.] ?(?:\d{4}|\d{2})\b",
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ \-](?:of )?{_MONTHS}[ .,\-]{{1,2}}\d{{4}}\b",
            rf"\b{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b",
            r"\b\d{2,4} ?\x7f ?\d{1,2} ?\x7f ?\d{1,2} ?\x7f",
            r"\b\d{1,2} ?(?:\x7f{3,12}|\x7f{1,2}\.\x7f{1,2}\.) ?(?:\x7f\.\x7f\. ?)?\d{4}\b",
        ),
        _date,
        _BORN,
        cued=0.9,
        whole=0.0,
        caseless=True,
        glue=".-/+",
        reach_before=40,
        reach_after=12,
    ),
    ValueKind(
        "PASSPORT",
        (
            r"\b[A-Z]\d{7,8}\b",
            r"\b[A-Z]{2}\d{6,8}\b",
            r"\b\d{8,9}\b",
            r"\b[A-Z]{3}\d{6}\b",
            r"\b[A-Z]\d{3}[A-Z]\d{4}\b",
            r"\b\d{2}[A-Z]{2}\d{5}\b",
            r"\b[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\b",
        ),
        lambda value: has_digit(value) and (not_uniform(value) or value[0].isalpha()),
        _PASSPORT,
        cued=0.9,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "DRIVER_LICENSE",
        (
            r"\b[A-Z]{1,3}-?\d{4,14}[A-Z]{0,2}\b",
            r"\b\d{7,12}\b",
            r"\b[A-Z]\d{3}-\d{3,4}-\d{2,4}(?:-\d{1,4}){0,2}\b",
            r"\b\d{2}[ \-]\d{3}[ \-]\d{3}\b",
        ),
        has_digit,
        _LICENCE,
        cued=0.85,
        whole=0.0,
        caseless=True,
    ),
    ValueKind(
        "MEDICAL_RECORD_NUMBER",
        (r"\b(?:[A-Z]{1,4}[\-]?)?\d{5,12}\b",),
        has_digit,
        words(
            "mrn, medical record, medical record number, patient id, patient number, 病歷號, 病历号, 病歷號碼, patientennummer"
        ),
        cued=0.85,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "EMPLOYEE_NUMBER",
        (r"\b(?:[A-Z]{1,3}-?)?\d{4,9}\b",),
        not_uniform,
        words(
            "employee number, employee id, employee no, employee no., staff number, staff id, staff no, staff no., personnel number, "
            "personnel no, personalnummer, personal-nr, mitarbeiternummer, matricule, número de empleado, numero de empleado, "
            "matrícula do funcionário, matricola, personeelsnummer, табельный номер, 员工编号, 工号, 員工編號, 社員番号, 사번"
        ),
        cued=0.7,
        whole=0.0,
        reach_before=12,
        reach_after=-1,
    ),
    ValueKind(
        "USERNAME",
        (r"\b[A-Za-z][A-Za-z0-9]{1,20}[0-9_.\-][A-Za-z0-9_.\-]{0,20}\b",),
        _is_username,
        words(
            "username, user name, user id, login name, benutzername, nom d'utilisateur, nombre de usuario, nome de usuário, "
            "gebruikersnaam, nazwa użytkownika, имя пользователя, 用户名, 使用者名稱, ユーザー名, 사용자 이름"
        ),
        cued=0.55,
        whole=0.0,
        severity="low",
        glue="@/",
        reach_before=8,
        reach_after=-1,
    ),
    ValueKind(
        "VEHICLE_IDENTIFICATION_NUMBER",
        (r"\b[A-HJ-NPR-Z0-9]{17}\b",),
        _vin,
        ("vin", "vehicle identification", "chassis"),
        whole=0.6,
        severity="low",
    ),
)
