"""Addresses of machines, which stand for the people behind them."""

from __future__ import annotations

import re
from socket import AF_INET, AF_INET6, inet_pton

from govern.enforcement.pii.checks import has_digit, luhn_valid, not_uniform, same_separator
from govern.enforcement.values.kind import ValueKind, words

_IP_CUES = words("ip, ip address, ipv4, ipv6, login from, client, host, server, address, connecting from, subnet")


def _ipv4(value: str) -> bool:
    """An address of somebody: not one that only means something within a network (RFC 1918, RFC 3927)."""
    address, _, prefix = value.partition("/")
    if not _is_read(AF_INET, address) or (prefix and int(prefix) > 32):
        return False
    first, second = map(int, address.split(".")[:2])
    return not _is_within(first, second)


def _is_within(first: int, second: int) -> bool:
    return (
        first in (0, 10, 127, 255)
        or (first, second) in ((192, 168), (169, 254))
        or (first == 172 and 16 <= second <= 31)
    )


_VERSION_BEFORE = re.compile(
    rb"(?i)(?:version|firmware|release|upgrade|updat|bump|build|driver|assembly|patch|terraform|oracle|package|sdk|kernel|\bv)[a-z]{0,8}"
    rb"[ :=>\"'(\[v]{1,6}\Z|==\Z|[A-Za-z_]:\Z|\d\.\d{1,4} ?(?:->|=>|\x7f) ?\Z"
)


def _is_no_version(data: bytes, start: int, end: int, complete: bool) -> bool | None:
    """Versions of four numbers look like addresses: what stands before them tells, and the arrow to the next one behind them."""
    if end + 4 > len(data) and not complete:
        return None
    before = data[max(0, start - 32) : start]
    if _VERSION_BEFORE.search(before) is not None and not before.lower().endswith(
        (b"ip:", b"ipv4:", b"address:", b"host:")
    ):
        return False
    return re.match(rb" ?(?:->|=>) ?\d", data[end : end + 5]) is None


def _ipv6(value: str) -> bool:
    """Several groups of which one has more than two characters or a letter: not `rows[1::3]`, not `23:59:59::12`."""
    groups = [group for group in value.partition("/")[0].split(":") if group]
    telling = [group for group in groups if len(group) > 2 or not group.isdigit()]
    return len(groups) >= 2 and bool(telling) and has_digit(value) and _is_read(AF_INET6, value.partition("/")[0])


def _is_read(family: int, address: str) -> bool:
    """Whether the system reads it: no number above 255 or with a zero before it (RFC 3986, 3.2.2; RFC 4291, 2.2)."""
    try:
        inet_pton(family, address)
    except OSError:
        return False
    return True


def _mac(value: str) -> bool:
    """Six numbers are a time, laps or verses rather than an address, of which one in a hundred thousand has no letter."""
    return same_separator(value) and len(set(value)) > 2 and any(map(str.isalpha, value))


_HEX = "[0-9A-Fa-f]"

KINDS = (
    ValueKind(
        "IP",
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?:/\d{1,2}\b)?",),
        _ipv4,
        _IP_CUES,
        alone=0.85,
        whole=0.95,
        glue=".-",
        around=_is_no_version,
    ),
    ValueKind(
        "IP",
        (
            rf"\b{_HEX}{{1,4}}:(?:{_HEX}{{0,4}}:){{1,6}}{_HEX}{{1,4}}\b(?:(?:\.\d{{1,3}}){{3}}\b)?(?:/\d{{1,4}}\b)?",
            rf"\b{_HEX}{{1,4}}(?::{_HEX}{{1,4}}){{0,5}}::(?:/\d{{1,4}}\b)?",
            rf"::(?:{_HEX}{{1,4}}:){{0,6}}{_HEX}{{1,4}}\b(?:(?:\.\d{{1,3}}){{3}}\b)?(?:/\d{{1,4}}\b)?",
        ),
        _ipv6,
        _IP_CUES,
        alone=0.9,
        glue=":.",
    ),
    ValueKind(
        "MAC",
        (rf"\b(?:{_HEX}{{2}}[:\-]){{5}}{_HEX}{{2}}\b",),
        _mac,
        ("mac", "device", "hardware"),
        alone=0.9,
        glue=":-",
    ),
    ValueKind(
        "MAC",
        (rf"\b{_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}}\b",),
        _mac,
        ("mac", "physical address", "hardware"),
        alone=0.7,
        glue=".",
    ),
    ValueKind("IMEI", (r"\b\d{15}\b", r"\b\d{2}[ \-]\d{6}[ \-]\d{6}[ \-]\d\b"), luhn_valid, ("imei",), whole=0.0),
    ValueKind(
        "ADVERTISING_ID",
        (rf"\b{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}\b",),
        not_uniform,
        ("idfa", "gaid", "advertising id"),
        whole=0.0,
    ),
)
