"""Personal data by kind, and the names that policies use for them."""

from __future__ import annotations

from govern.enforcement.pii import (
    contact,
    east_asia,
    europe,
    finance,
    germany,
    network,
    north_america,
    other_regions,
    person,
    south_asia,
    taiwan,
    united_kingdom,
)
from govern.enforcement.pii.checks import has_digit, not_uniform
from govern.enforcement.values.kind import ValueKind, always, words

_ANY_COUNTRY = words(
    "national id, national identification, national identity, identity number, identification number, id number, id no, id card, "
    "personal identification, personal number, personal id, citizen id, tax id, tax number, taxpayer, tin"
)


def _also_named_in_general(kind: ValueKind) -> ValueKind:
    """Numbers of a country that a check digit confirms may also be announced by a word of no country."""
    confirmed = kind.severity == "high" and kind.check not in (always, not_uniform, has_digit)
    national = kind.id[2:3] == "_" and kind.alone < 0.5 and kind.whole_run is False
    if not (confirmed and national and kind.cues):
        return kind
    return kind._replace(cues=tuple(dict.fromkeys((*kind.cues, *_ANY_COUNTRY))))


_FEWEST_DIGITS = 8
_NEXT_TO = 24
_MISTYPED = 0.4
"""Below what a policy acts on unless it says so: `min_score: 0.4` asks for these, too."""


def _could_be_mistyped(value: str) -> bool:
    return sum(map(str.isdigit, value)) >= _FEWEST_DIGITS and not_uniform(value)


def _mistyped(kind: ValueKind) -> ValueKind | None:
    """The same number with a check digit that does not hold, right behind a word that names it: people mistype. It scores low."""
    confirmed = kind.severity == "high" and kind.check not in (always, not_uniform, has_digit)
    if not (confirmed and kind.cues and (kind.id[2:3] == "_" or kind.id in ("CREDIT_CARD", "IBAN"))):
        return None
    return kind._replace(
        check=_could_be_mistyped,
        alone=0.0,
        cued=_MISTYPED,
        whole=0.0,
        reach_before=min(_NEXT_TO, kind.reach_before),
        reach_after=-1,
    )


_LISTED = (
    *contact.KINDS,
    *finance.KINDS,
    *network.KINDS,
    *person.KINDS,
    *north_america.KINDS,
    *united_kingdom.KINDS,
    *germany.KINDS,
    *europe.KINDS,
    *taiwan.KINDS,
    *east_asia.KINDS,
    *south_asia.KINDS,
    *other_regions.KINDS,
)

KINDS = (
    *(_also_named_in_general(kind) for kind in _LISTED),
    *(mistyped for kind in _LISTED if (mistyped := _mistyped(kind)) is not None),
)

KIND_IDS = tuple(dict.fromkeys(kind.id for kind in KINDS))

ALIASES = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC",
    "IBAN_CODE": "IBAN",
    "CARD": "CREDIT_CARD",
    "SSN": "US_SSN",
    "ITIN": "US_ITIN",
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "ABA": "ABA_ROUTING_NUMBER",
    "NHS": "UK_NHS",
    "NINO": "UK_NINO",
    "TW_ID": "TW_NATIONAL_ID",
    "TW_ARC": "TW_RESIDENT_CERTIFICATE",
    "TW_UBN": "TW_GUI_NUMBER",
    "DOB": "DATE_OF_BIRTH",
    "CRYPTO_ADDRESS": "CRYPTO",
    "VIN": "VEHICLE_IDENTIFICATION_NUMBER",
}
"""Other names in use for a kind: those of common detectors, and short ones."""


def kind_id(name: str) -> str | None:
    """The id of the kind that a policy calls ``name``, in either case; None when there is none."""
    name = name.upper()
    name = ALIASES.get(name, name)
    return name if name in KIND_IDS else None
