"""How people are reached: e-mail addresses and telephone numbers."""

from __future__ import annotations

import re

import phonenumbers

from govern.enforcement.pii import telephone
from govern.enforcement.pii.addresses import is_address
from govern.enforcement.pii.checks import digits, not_uniform
from govern.enforcement.values.kind import ValueKind, words

_LOCAL_PART_LIMIT = 64  # RFC 5321, 4.5.3.1.1
_DOMAIN_LIMIT = 255
_HYPHEN_AT_EDGE = re.compile(r"(?:^|\.)-|-(?:\.|$)")
"""Of a label."""

_PHONE_CUES = words(
    "phone, telephone, tel, tel., ph, ph., mobile, mob, cell, call, text me, fax, whatsapp, viber, sms, dial, "
    "ring me, my number, contact no, contact number, reach me, answering, office, hotline, landline, "
    "extension, telefon, telefonnr, telefonnummer, rufnummer, handy, anrufen, erreichbar, kontaktnummer, "
    "telefono, teléfono, tlf, móvil, celular, llamar, llámame, llame, telefone, telemóvel, ligar, ligue, "
    "telefoon, mobiel, gsm, bel, bellen, téléphone, portable, appeler, appelez, joindre, numéro, chiamare, "
    "chiamami, cellulare, recapito, komórka, komórkowy, zadzwoń, dzwoń, numer telefonu, puhelin, puh, mobil, "
    "tlf., ringe, телефон, тел, тел., звоните, позвоните, звонить, τηλ, τηλέφωνο, telefonum, cep, arayın, "
    "numara, 电话, 電話, 致電, 手机, 手機, 手提, 行動電話, 联系, 聯絡, 聯繫, 联系方式, 聯絡電話, 打給, 打给, "
    "携帯, 連絡先, 전화, 전화번호, 연락처, 연락, 휴대폰, 핸드폰, โทร, โทรศัพท์, điện thoại, sđt, telepon, "
    "nomor hp, no. hp, फोन, फ़ोन, मोबाइल, संपर्क, هاتف, جوال, اتصل, טלפון, נייד"
)


_EXTENSION_BEGINS = re.compile(" ?[x#e]")
_DATE_OR_DECIMAL = re.compile(r"(?:19|20)\d\d([-/.])[01]\d\1[0-3]\d|\d{1,3}\.\d+$|\d{1,2}[./][01]?\d[./](?:19|20)\d\d$")


def _email(value: str) -> bool:
    local, _, domain = value.rpartition("@")
    top = domain.rpartition(".")[2]
    return (
        len(local) <= _LOCAL_PART_LIMIT
        and len(domain) <= _DOMAIN_LIMIT
        and ".." not in local
        and len(top) >= 2
        and not top.isdigit()
        and ("-" not in domain or _HYPHEN_AT_EDGE.search(domain) is None)
    )


def _international(value: str) -> bool:
    return telephone.is_possible(_number(value))


def _number(value: str) -> str:
    """Without the extension, and without the zero of +49(0)30 that only people at home dial."""
    number = value.replace("(0)", "")
    extension = _EXTENSION_BEGINS.search(number)
    return number[: extension.start()] if extension is not None else number


def _north_american(value: str) -> bool:
    number = digits(_number(value))[-10:]
    return number[0] in "23456789" and number[3] in "23456789"


def _national(value: str) -> bool:
    number = digits(_number(value))
    if _DATE_OR_DECIMAL.match(value) or value.count("(") != value.count(")"):
        return False
    return 6 <= len(number) <= 15 and not_uniform(number) and not _YEARS_OR_TIMES.fullmatch(value)


_YEARS_OR_TIMES = re.compile(r"(?:19|20)\d\d(?:[ \-/](?:19|20)\d\d){1,3}|[0-2]\d\.[0-5]\d-[0-2]\d\.[0-5]\d")
_NO_NUMBER_BEFORE = re.compile(
    rb"(?i)(?:model|revenue|population|song|standard|iso|iec|rfc|version|first:?|cells?|portable|no\. one)[ a-z:]{0,14}\Z"
)
_NO_NUMBER_BEHIND = re.compile(rb" (?:times|frames|of the|people|units|euro|usd|items|bytes|seconds|minutes)\b")


def _is_dialled(data: bytes, start: int, end: int, complete: bool) -> bool | None:
    """Whether what stands around a number does not say that it counts something."""
    if end + 10 > len(data) and not complete:
        return None
    if _NO_NUMBER_BEHIND.match(data, end) is not None:
        return False
    return _NO_NUMBER_BEFORE.search(data[max(0, start - 24) : start]) is None or data[start - 2 : start] == b": "


def _with_two_zeros(value: str) -> bool:
    return _international("+" + value[2:])


def _grouped(value: str) -> bool:
    return 9 <= len(digits(value)) <= 11 and not_uniform(value)


def _valid_somewhere(value: str) -> bool:
    """A number as people of one of the regions write it at home; most of them begin it with a zero."""
    for region in _REGIONS_WITH_ZERO if value[0] == "0" else _REGIONS_WITHOUT:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(value, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


_REGIONS_WITH_ZERO = words("TW, GB, DE, FR, IT, TR, IN, PH, JP, KR, AU")
_REGIONS_WITHOUT = ("US", "CN", "TR")
_EXTENSION = r"(?: ?(?:x|[eE]xt\.?|extension|;ext=|#) ?\d{1,5})?"

KINDS = (
    ValueKind(
        "EMAIL",
        (r"\b[A-Za-z0-9][A-Za-z0-9._%+\-']*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+\b",),
        _email,
        alone=0.95,
        longest=320,
        whole_run=True,
        glue="._%+-'",
        around=is_address,
    ),
    ValueKind(
        "PHONE", (rf"\+\d(?:[ .\-()]{{0,2}}\d){{6,14}}{_EXTENSION}\b",), _international, _PHONE_CUES, alone=0.9, glue=""
    ),
    ValueKind(
        "PHONE",
        (
            rf"\(\d{{3}}\)[ .\-]?\d{{3}}[ .\-]?\d{{4}}{_EXTENSION}\b",
            rf"\b(?:(?:00)?1[ .\-])?\d{{3}}[.\-]\d{{3}}[.\-]\d{{4}}{_EXTENSION}\b",
        ),
        _north_american,
        _PHONE_CUES,
        alone=0.75,
    ),
    ValueKind(
        "PHONE",
        (
            rf"\b\d(?:[ .\-/()]{{0,2}}\d){{5,13}}{_EXTENSION}\b",
            rf"\(\d{{1,5}}\)(?:[ .\-/]{{0,2}}\d){{4,12}}{_EXTENSION}\b",
        ),
        _national,
        _PHONE_CUES,
        cued=0.8,
        whole=0.0,
        glue="",
        reach_after=8,
        around=_is_dialled,
    ),
    ValueKind(
        "PHONE",
        (r"\b0[1-9](?: \d{2}){4}\b", r"\b0[1-9](?:\.\d{2}){4}\b", r"\(\d{2}\) ?9?\d{4}-\d{4}\b"),
        not_uniform,
        _PHONE_CUES,
        alone=0.75,
    ),
    ValueKind("PHONE", (r"\b00[1-9]\d(?:[ .\-]?\d){7,12}\b",), _with_two_zeros, _PHONE_CUES, alone=0.7),
    ValueKind(
        "PHONE",
        (r"\b0[1-9]\d{0,3}[ \-]\d{2,4}[ \-]\d{2,4}(?:[ \-]\d{2,4})?\b", r"\(0[1-9]\d{0,3}\) ?\d{2,4}[ \-]?\d{3,4}\b"),
        _grouped,
        _PHONE_CUES,
        alone=0.6,
    ),
    ValueKind("PHONE", (r"\b\d(?:[ .\-]?\d){8,11}\b",), _valid_somewhere, whole=0.55, glue=".-/"),
)
