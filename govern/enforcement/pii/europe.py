"""The rest of Europe, and Türkiye."""

from __future__ import annotations

from stdnum.be import nn
from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import cif, nie
from stdnum.fr import nir, siret
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.is_ import kennitala
from stdnum.it import codicefiscale, iva
from stdnum.lt import asmens
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import nip, pesel
from stdnum.pt import cc, nif
from stdnum.ro import cnp
from stdnum.ru import inn
from stdnum.se import orgnr, personnummer
from stdnum.si import emso
from stdnum.tr import tckimlik
from stdnum.ua import rntrc

from govern.enforcement.pii.checks import by, digits, has_letter_and_digit, is_date, not_uniform
from govern.enforcement.values.kind import ValueKind, always, words

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def _dni(value: str) -> bool:
    number, letter = digits(value), value[-1].upper()
    return letter == _LETTERS[int(number) % 23]


def _fiscal_code(value: str) -> bool:
    value = value.upper()
    return codicefiscale.calc_check_digit(value[:15]) == value[15] if value[:15].isalnum() else False


def _vat_code(value: str) -> bool:
    return iva.is_valid(value) and not_uniform(value[:10])


def _snils(value: str) -> bool:
    number = digits(value)
    total = sum(int(digit) * (9 - index) for index, digit in enumerate(number[:9])) % 101
    return total % 100 == int(number[9:])


def _belgian(value: str) -> bool:
    return nn.is_valid(digits(value))


_FINNISH_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}


def _finnish(value: str) -> bool:
    """Henkilötunnus, with the century signs added in 2023."""
    value = value.upper()
    day, month, year = int(value[:2]), int(value[2:4]), int(value[4:6])
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(value[:6] + value[7:10]) % 31]
    return is_date(_FINNISH_CENTURIES[value[6]] + year, month, day) and check == value[10]


KINDS = (
    ValueKind(
        "FR_NIR",
        (
            r"\b[12378]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{8}\b",
            r"\b[12378] \d{2} \d{2} (?:\d{2}|2[AB]) \d{3} \d{3}(?: \d{2})?\b",
        ),
        by(nir),
        ("sécurité sociale", "nir", "numéro de sécurité sociale", "insee"),
        alone=0.85,
        severity="high",
    ),
    ValueKind("FR_SIRET", (r"\b\d{3} ?\d{3} ?\d{3} ?\d{5}\b",), by(siret), ("siret",), whole=0.0, severity="low"),
    ValueKind(
        "FR_ID_CARD",
        (r"\b[A-Z0-9]{2}\d{2}[A-Z0-9]\d{7}\b", r"\b[A-Z0-9]{9}\b"),
        lambda value: any(c.isdigit() for c in value),
        ("carte d'identité", "carte nationale d'identité", "cni"),
        cued=0.85,
        whole=0.0,
        severity="high",
    ),
    ValueKind(
        "ES_NIF",
        (r"\b\d{7,8}[ \-]?[A-HJ-NP-TV-Z]\b",),
        _dni,
        ("dni", "nif", "documento nacional", "identificación fiscal"),
        alone=0.6,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "ES_NIE",
        (r"\b[XYZ][ \-]?\d{7}[ \-]?[A-Z]\b",),
        by(nie),
        ("nie", "extranjero"),
        alone=0.8,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "ES_CIF", (r"\b[ABCDEFGHJNPQRSUVW][ \-]?\d{7}[ \-]?[0-9A-J]\b",), by(cif), ("cif",), whole=0.0, severity="low"
    ),
    ValueKind(
        "ES_PASSPORT",
        (r"\b[A-Z]{3}\d{6}\b",),
        always,
        ("pasaporte", "spanish passport"),
        whole=0.55,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "IT_FISCAL_CODE",
        (r"\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b",),
        _fiscal_code,
        ("codice fiscale", "fiscale", "cf"),
        alone=0.9,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "IT_VAT_CODE", (r"\b(?:IT)?\d{11}\b",), _vat_code, ("partita iva", "p.iva", "p. iva", "iva"), severity="low"
    ),
    ValueKind("IT_DRIVER_LICENSE", (r"\bU1[A-Z0-9]{7}[A-Z]\b",), always, ("patente",), alone=0.6, caseless=True),
    ValueKind(
        "IT_DRIVER_LICENSE",
        (r"\b[A-Z]{2}\d{7}[A-Z]\b",),
        always,
        ("patente", "patente di guida"),
        whole=0.5,
        caseless=True,
    ),
    ValueKind(
        "IT_ID_CARD",
        (r"\b[A-Z]{2} ?\d{7}\b", r"\bC[A-Z]\d{5}[A-Z]{2}\b"),
        always,
        ("carta d'identità", "carta di identita", "cie"),
        cued=0.9,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "PT_NIF",
        (r"\b[1-356789]\d{2} ?\d{3} ?\d{3}\b",),
        by(nif),
        ("nif", "contribuinte", "número de contribuinte"),
        whole=0.0,
    ),
    ValueKind(
        "PT_CITIZEN_CARD",
        (r"\b\d{8} ?\d ?[A-Z]{2}\d\b",),
        by(cc),
        ("cartão de cidadão", "cc"),
        alone=0.7,
        severity="high",
    ),
    ValueKind(
        "NL_BSN",
        (r"\b\d{9}\b", r"\b\d{4}[. ]\d{2}[. ]\d{3}\b"),
        by(bsn),
        ("bsn", "burgerservicenummer", "sofinummer"),
        severity="high",
    ),
    ValueKind(
        "BE_NATIONAL_NUMBER",
        (r"\b\d{2}[. ]?\d{2}[. ]?\d{2}[\- ]?\d{3}[. ]?\d{2}\b",),
        _belgian,
        words("rijksregisternummer, national number, numéro national, registre national, niss, insz"),
        severity="high",
    ),
    ValueKind("BE_NATIONAL_NUMBER", (r"\b\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b",), _belgian, alone=0.85, severity="high"),
    ValueKind("PL_PESEL", (r"\b\d{11}\b", r"\b\d{6} \d{5}\b"), by(pesel), ("pesel",), severity="high"),
    ValueKind(
        "PL_ID_CARD",
        (r"\b[A-Z]{3} ?\d{6}\b",),
        has_letter_and_digit,
        ("dowód", "dowodu", "dowód osobisty", "polish id card"),
        cued=0.85,
        whole=0.0,
        caseless=True,
        severity="high",
    ),
    ValueKind(
        "PL_NIP",
        (r"\b\d{10}\b", r"\b\d{3}-\d{3}-\d{2}-\d{2}\b", r"\b\d{3}-\d{2}-\d{2}-\d{3}\b"),
        by(nip),
        ("nip",),
        whole=0.0,
    ),
    ValueKind(
        "SE_PERSONNUMMER",
        (r"\b(?:\d{2})?\d{6}[\-+]\d{4}\b",),
        by(personnummer),
        ("personnummer", "pnr", "personnr"),
        alone=0.6,
        severity="high",
    ),
    ValueKind(
        "SE_PERSONNUMMER",
        (r"\b(?:19|20)?\d{10}\b",),
        by(personnummer),
        ("personnummer", "pnr", "personnr"),
        severity="high",
    ),
    ValueKind(
        "SE_ORGANISATIONSNUMMER",
        (r"\b\d{6}-?\d{4}\b",),
        by(orgnr),
        ("organisationsnummer", "orgnummer", "orgnr", "company identity"),
        severity="low",
    ),
    ValueKind(
        "FI_PERSONAL_IDENTITY_CODE",
        (r"\b\d{6}[\-+A-FU-Y]\d{3}[0-9A-Y]\b",),
        _finnish,
        ("hetu", "henkilötunnus"),
        alone=0.8,
        caseless=True,
        severity="high",
    ),
    ValueKind("DK_CPR", (r"\b\d{6}-?\d{4}\b",), by(cpr), ("cpr", "cpr-nr", "personnummer"), whole=0.0, severity="high"),
    ValueKind(
        "NO_FODSELSNUMMER",
        (r"\b\d{6} ?\d{5}\b",),
        by(fodselsnummer),
        ("fødselsnummer", "fodselsnummer", "personnummer"),
        alone=0.5,
        severity="high",
    ),
    ValueKind("IS_KENNITALA", (r"\b\d{6}-?\d{4}\b",), by(kennitala), ("kennitala",), whole=0.0, severity="high"),
    ValueKind("EE_PERSONAL_CODE", (r"\b[1-8]\d{10}\b",), by(ik), ("isikukood",), whole=0.0, severity="high"),
    ValueKind("LT_PERSONAL_CODE", (r"\b[1-6]\d{10}\b",), by(asmens), ("asmens kodas",), whole=0.0, severity="high"),
    ValueKind(
        "CZ_BIRTH_NUMBER", (r"\b\d{6}/\d{3,4}\b",), by(rc), ("rodné číslo", "r.č", "rc"), alone=0.7, severity="high"
    ),
    ValueKind(
        "RO_CNP",
        (r"\b[1-9]\d{12}\b",),
        by(cnp),
        ("cnp", "cod numeric personal", "codul numeric personal"),
        severity="high",
    ),
    ValueKind("BG_EGN", (r"\b\d{10}\b",), by(egn), ("егн", "egn"), whole=0.0, severity="high"),
    ValueKind("HR_OIB", (r"\b\d{11}\b",), by(oib), ("oib",), whole=0.0, severity="high"),
    ValueKind(
        "SI_EMSO", (r"\b\d{13}\b",), by(emso), ("emšo", "emso", "jmbg", "матични број"), whole=0.0, severity="high"
    ),
    ValueKind("GR_AMKA", (r"\b\d{11}\b",), by(amka), ("amka", "αμκα"), whole=0.0, severity="high"),
    ValueKind("RU_INN", (r"\b\d{10}(?:\d{2})?\b",), by(inn), ("инн", "inn"), whole=0.0),
    ValueKind(
        "RU_SNILS", (r"\b\d{3}-\d{3}-\d{3}[ \-]\d{2}\b",), _snils, ("снилс", "snils"), alone=0.85, severity="high"
    ),
    ValueKind(
        "UA_TAX_ID", (r"\b\d{10}\b",), by(rntrc), ("рнокпп", "іпн", "ідентифікаційний код"), whole=0.0, severity="high"
    ),
    ValueKind(
        "TR_NATIONAL_ID",
        (r"\b[1-9]\d{10}\b",),
        by(tckimlik),
        words("tc kimlik, t.c. kimlik, kimlik, tckn, turkish id, kimlik numarası"),
        severity="high",
    ),
    ValueKind(
        "TR_LICENSE_PLATE",
        (r"\b(?:0[1-9]|[1-7]\d|8[01]) ?[A-Z] ?\d{4,5}\b", r"\b(?:0[1-9]|[1-7]\d|8[01]) ?[A-Z]{1,3} ?\d{2,4}\b"),
        always,
        ("plaka", "plakası", "license plate", "plate"),
        cued=0.8,
        whole=0.5,
        caseless=True,
        severity="low",
    ),
    ValueKind(
        "EU_VAT_ID",
        (
            r"\b(?:AT ?U|BE ?0|BG|CY|CZ|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK) ?[0-9A-Z]{8,12}\b",
        ),
        has_letter_and_digit,
        words("vat, vat number, vat id, tva, btw, iva"),
        cued=0.8,
        whole=0.0,
        severity="low",
    ),
)
