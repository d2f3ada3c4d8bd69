"""Oceania, Africa, the Middle East, South America."""

from __future__ import annotations

from stdnum.ar import cuit
from stdnum.au import abn, acn, tfn
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.do import cedula
from stdnum.ec import ci
from stdnum.eg import tn
from stdnum.il import idnr as israeli
from stdnum.luhn import is_valid as luhn_is_valid
from stdnum.nz import ird
from stdnum.pe import ruc
from stdnum.uy import rut as uruguayan

from govern.enforcement.pii.checks import by, digits, evenly, is_date, not_uniform
from govern.enforcement.values.kind import ValueKind, always, words


def _medicare(value: str) -> bool:
    number = digits(value)
    return sum(
        int(digit) * weight for digit, weight in zip(number, (1, 3, 7, 9, 1, 3, 7, 9), strict=False)
    ) % 10 == int(number[8])


def _south_african(value: str) -> bool:
    month, day = int(value[2:4]), int(value[4:6])
    return 1 <= month <= 12 and 1 <= day <= 31 and value[10] in "012" and luhn_is_valid(value) and not_uniform(value)


def _emirates(value: str) -> bool:
    return luhn_is_valid(digits(value))


def _egyptian(value: str) -> bool:
    century = {"2": 1900, "3": 2000}[value[0]]
    return is_date(century + int(value[1:3]), int(value[3:5]), int(value[5:7]))


def _abn(value: str) -> bool:
    return evenly(abn.is_valid)(value)


KINDS = (
    ValueKind(
        "AU_TFN",
        (r"\b\d{3}[ \-]?\d{3}[ \-]?\d{2,3}\b",),
        evenly(by(tfn)),
        ("tfn", "tax file", "tax file number"),
        severity="high",
    ),
    ValueKind(
        "AU_ABN", (r"\b\d{2} \d{3} \d{3} \d{3}\b",), _abn, ("abn", "australian business"), alone=0.6, severity="low"
    ),
    ValueKind("AU_ABN", (r"\b\d{11}\b",), _abn, ("abn", "australian business"), severity="low"),
    ValueKind(
        "AU_ACN", (r"\b\d{3} ?\d{3} ?\d{3}\b",), evenly(acn.is_valid), ("acn", "australian company"), severity="low"
    ),
    ValueKind(
        "AU_MEDICARE", (r"\b[2-6]\d{3}[ \-]?\d{5}[ \-]?\d(?:[ \-/]?\d)?\b",), _medicare, ("medicare",), severity="high"
    ),
    ValueKind(
        "NZ_IRD", (r"\b\d{2,3}-?\d{3}-?\d{3}\b",), by(ird), ("ird", "inland revenue"), whole=0.0, severity="high"
    ),
    ValueKind(
        "ZA_ID_NUMBER",
        (r"\b\d{13}\b",),
        _south_african,
        words("rsa id, sa id, south african id, id number, identity number"),
        severity="high",
    ),
    ValueKind(
        "NG_NIN",
        (r"\b\d{11}\b",),
        not_uniform,
        ("nin", "national identification number"),
        cued=0.85,
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "NG_VEHICLE_REGISTRATION",
        (r"\b[A-Z]{3}[ \-]?\d{3}[ \-]?[A-Z]{2}\b",),
        always,
        ("plate", "plates", "vehicle", "registration"),
        cued=0.8,
        whole=0.5,
        caseless=True,
        severity="low",
    ),
    ValueKind("KE_ID", (r"\b[AP]\d{9}[A-Z]\b",), always, ("kra pin", "kra"), whole=0.0),
    ValueKind(
        "EG_NATIONAL_ID", (r"\b[23]\d{13}\b",), _egyptian, ("الرقم القومي", "national id"), whole=0.0, severity="high"
    ),
    ValueKind("EG_TAX_NUMBER", (r"\b\d{3}-\d{3}-\d{3}\b",), by(tn), ("الرقم الضريبي",), whole=0.0),
    ValueKind(
        "IL_ID",
        (r"\b\d{8,9}\b",),
        by(israeli),
        ("תעודת זהות", "ת.ז", "teudat zehut", "israeli id"),
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "AE_EMIRATES_ID",
        (r"\b784[ \-]?\d{4}[ \-]?\d{7}[ \-]?\d\b",),
        _emirates,
        ("emirates id", "الهوية"),
        alone=0.8,
        severity="high",
    ),
    ValueKind(
        "SA_NATIONAL_ID",
        (r"\b[12]\d{9}\b",),
        luhn_is_valid,
        ("رقم الهوية", "iqama", "saudi id"),
        whole=0.0,
        severity="high",
    ),
    ValueKind("BR_CPF", (r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b",), by(cpf), ("cpf",), alone=0.85, severity="high"),
    ValueKind(
        "BR_CPF",
        (r"\b\d{11}\b", r"\b\d{9}-\d{2}\b", r"\b\d{3} \d{3} \d{3} \d{2}\b"),
        by(cpf),
        ("cpf",),
        severity="high",
    ),
    ValueKind("BR_CNPJ", (r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b",), by(cnpj), ("cnpj",), alone=0.85, severity="low"),
    ValueKind("BR_CNPJ", (r"\b\d{14}\b",), by(cnpj), ("cnpj",), whole=0.0, severity="low"),
    ValueKind(
        "BR_RG",
        (r"\b\d{1,2}\.\d{3}\.\d{3}-[0-9Xx]\b",),
        always,
        ("rg", "identidade"),
        cued=0.85,
        whole=0.0,
        severity="high",
    ),
    ValueKind("AR_CUIT", (r"\b\d{2}-\d{8}-\d\b",), by(cuit), ("cuit", "cuil"), alone=0.75),
    ValueKind("AR_CUIT", (r"\b\d{11}\b",), by(cuit), ("cuit", "cuil"), whole=0.0),
    ValueKind(
        "AR_DNI",
        (r"\b\d{1,2}\.?\d{3}\.?\d{3}\b",),
        not_uniform,
        ("dni", "documento"),
        cued=0.8,
        whole=0.0,
        severity="high",
    ),
    ValueKind("CL_RUT", (r"\b\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]\b",), by(rut), ("rut", "run"), alone=0.8, severity="high"),
    ValueKind("CL_RUT", (r"\b\d{7,8}-[0-9Kk]\b",), by(rut), ("rut", "run"), whole=0.0, severity="high"),
    ValueKind(
        "CO_NATIONAL_ID",
        (r"\b\d{6,10}\b", r"\b\d{1,3}(?:\.\d{3}){2,3}\b"),
        not_uniform,
        ("cédula", "cedula de ciudadania", "c.c"),
        cued=0.8,
        whole=0.0,
        severity="high",
    ),
    ValueKind("PE_RUC", (r"\b(?:10|15|17|20)\d{9}\b",), by(ruc), ("ruc",), whole=0.0),
    ValueKind("EC_NATIONAL_ID", (r"\b\d{10}\b",), by(ci), ("cédula", "cedula"), whole=0.0, severity="high"),
    ValueKind("DO_CEDULA", (r"\b\d{3}-\d{7}-\d\b",), by(cedula), ("cédula", "cedula"), alone=0.7, severity="high"),
    ValueKind("UY_RUT", (r"\b\d{12}\b",), by(uruguayan), ("rut",), whole=0.0),
)
