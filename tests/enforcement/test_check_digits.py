"""Values are verified as python-stdnum, phonenumbers and ipaddress verify them, in fewer steps."""

from __future__ import annotations

import ipaddress
import random
import re

import phonenumbers
from stdnum import bitcoin, iban, luhn, numdb, verhoeff
from stdnum.in_ import aadhaar
from stdnum.iso7064 import mod_97_10

from govern.enforcement.pii import finance, network, telephone
from govern.enforcement.pii.checks import luhn_valid, verhoeff_valid
from govern.enforcement.pii.south_asia import _aadhaar

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_the_same_numbers_hold() -> None:
    draw = random.Random(5)
    held = 0
    for _ in range(2_000):
        number = "".join(draw.choice("0123456789") for _ in range(draw.randint(1, 19)))
        held += luhn_valid(number) + verhoeff_valid(number)
        assert (luhn_valid(number), verhoeff_valid(number)) == (luhn.is_valid(number), verhoeff.is_valid(number))
    assert held > 200
    assert not luhn_valid("")


def test_aadhaar_numbers_are_no_palindromes() -> None:
    draw = random.Random(6)
    for _ in range(2_000):
        half = draw.choice("23456789") + "".join(draw.choice("01") for _ in range(5))
        number = half + draw.choice((half[::-1], "".join(draw.choice("0123456789") for _ in range(6))))
        written = draw.choice(("", " ", "-")).join((number[:4], number[4:8], number[8:]))
        assert _aadhaar(written) == aadhaar.is_valid(written)


def _as_phonenumbers_says(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def test_telephone_numbers_are_possible_where_the_library_says_so() -> None:
    draw = random.Random(7)
    codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    held = 0
    for _ in range(6_000):
        number = draw.choice((draw.choice(codes), draw.choice(codes), str(draw.randint(0, 999))))
        number = (number + "".join(draw.choice("0123456789") for _ in range(draw.randint(6, 14))))[:15]
        written = "+" + "".join(
            draw.choice(("", "", "", " ", ".", "-", " (", ") ")) * bool(place) + digit
            for place, digit in enumerate(number)
        )
        held += telephone.is_possible(written)
        assert telephone.is_possible(written) == _as_phonenumbers_says(written), written
    assert held > 1_000


def test_account_numbers_are_those_of_the_registry() -> None:
    draw = random.Random(8)
    codes = [first + second for first in CAPITALS for second in CAPITALS]
    registered = [code for code in codes if numdb.get("iban").info(code + "00")[0][1].get("bban")]
    sorts = {"n": "0123456789", "a": CAPITALS, "c": CAPITALS + "0123456789"}
    held = 0
    for _ in range(6_000):
        code = draw.choice(registered if draw.random() < 0.9 else codes)
        structure = numdb.get("iban").info(code + "00")[0][1].get("bban", "12!n")
        fields = re.findall("([0-9]+)!([nac])", structure)
        rest = "".join(draw.choice(sorts[sort]) for size, sort in fields for _ in range(int(size)))
        if draw.random() < 0.2:
            rest = rest[1:] + draw.choice(("", "A", "1", "11"))
        check = mod_97_10.calc_check_digits(rest + code) if draw.random() < 0.8 else "42"
        number = code + check + rest
        written = draw.choice(("", " ", "-")).join(number[place : place + 4] for place in range(0, len(number), 4))
        held += finance._iban(written)
        valid = iban.is_valid(written, check_country=False)  # checks of countries' own know the codes of banks
        assert finance._iban(written.lower()) == finance._iban(written) == valid, written
    assert held > 1_000


def test_wallets_are_those_whose_check_holds() -> None:
    draw = random.Random(9)
    held = 0
    for _ in range(2_000):
        body = (draw.choice((b"\0", b"\0\0\0", b"\x05")) + draw.randbytes(21))[:21]
        raw = body + finance.sha256(finance.sha256(body).digest()).digest()[:4]
        number, written = int.from_bytes(raw), ""
        while number:
            number, digit = divmod(number, 58)
            written = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + written
        written = "1" * (len(raw) - len(raw.lstrip(b"\0"))) + written
        written = draw.choice(("", "", "", "1")) + written[draw.choice((0, 0, 0, 1)) :]
        held += finance._bitcoin(written)
        assert finance._bitcoin(written) == bitcoin.is_valid(written), written
    assert held > 500


def test_addresses_of_machines_are_read_as_ipaddress_reads_them() -> None:
    draw = random.Random(10)
    numbers = ("0", "1", "12", "127", "255", "256", "00", "01", "a", "F", "abcd", "7")
    held = 0
    for _ in range(20_000):
        four = ".".join(draw.choice(numbers[:9]) for _ in range(4)).replace("a", "9")
        six = "".join(draw.choice((*numbers, ":", ":", ":", "::")) for _ in range(draw.randint(3, 20)))
        six += draw.choice(("", "", "." + four, ":" + four))
        held += network._ipv4(four) + network._ipv6(six)
        assert network._ipv4(four) == (_is_read(ipaddress.IPv4Address, four) and _is_somebodys(four)), four
        assert network._ipv6(six) == (_is_read(ipaddress.IPv6Address, six) and _is_telling(six)), six
    assert held > 1_000


WITHIN = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "255.0.0.0/8",
    )
]
"""What means something within a network only, or nobody at all."""


def _is_somebodys(address: str) -> bool:
    return not any(ipaddress.IPv4Address(address) in network for network in WITHIN)


def _is_telling(address: str) -> bool:
    """Neither a slice of a list nor a time."""
    groups = [group for group in address.split(":") if group]
    long_or_lettered = any(len(group) > 2 or not group.isdigit() for group in groups)
    return len(groups) > 1 and long_or_lettered and any(map(str.isdigit, address))


def _is_read(kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address], address: str) -> bool:
    try:
        kind(address)
    except ValueError:
        return False
    return True
