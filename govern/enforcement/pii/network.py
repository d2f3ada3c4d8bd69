"""Addresses of machines, which stand for the people behind them."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

from govern.enforcement.pii.checks import has_digit, luhn_valid, not_uniform, same_separator
from govern.enforcement.values.kind import ValueKind, words

_IP_CUES = words("ip, ip address, ipv4, ipv6, login from, client, host, server, address, connecting from, subnet")


def _ipv4(value: str) -> bool:
    address, _, prefix = value.partition("/")
    return _is_read(AF_INET, address) and address[:4] != "127." and (not prefix or int(prefix) <= 32)


def _ipv6(value: str) -> bool:
    return _is_read(AF_INET6, value.partition("/")[0]) and has_digit(value)


def _is_read(family: int, address: str) -> bool:
    """Whether the system reads it: no number above 255 or with a zero before it (RFC 3986, 3.2.2; RFC 4291, 2.2)."""
    try:
        inet_pton(family, address)
    except OSError:
        return False
    return True


def _mac(value: str) -> bool:
    return same_separator(value) and len(set(value)) > 2


_HEX = "[0-9A-Fa-f]"

KINDS = (
    ValueKind(
        "IP", (r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?:/\d{1,2}\b)?",), _ipv4, _IP_CUES, alone=0.85, whole=0.95, glue=".-"
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
