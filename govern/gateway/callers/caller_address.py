"""From where a request comes, for counts: what the trusted proxies in front say, or the other end of the connection itself."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

UNKNOWN = "?"
IPV6_PREFIX = 64
"""Bits: whoever has one IPv6 address has all that begin so (RFC 4291, 2.5.4), and is counted once."""


def caller_address(headers: Mapping[bytes, bytes], peer: str) -> str:
    """The address, in one spelling: IPv4, or the network of an IPv6 address. `?` if there is none.

    `GOVERN_TRUSTED_PROXIES` says how many proxies to believe. Fewer addresses in `X-Forwarded-For` than proxies means that the request
    did not come through them all, so that nothing in it is believed.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    said = headers.get(b"x-forwarded-for")
    if proxies > 0 and said:
        steps = said.decode("latin-1").split(",")
        if len(steps) >= proxies:
            return _spelt(steps[-proxies].strip()[:64]) or _spelt(peer) or UNKNOWN
    return _spelt(peer) or UNKNOWN


@lru_cache(4_096)
def _spelt(address: str) -> str:
    """Empty for what is no address. Some proxies write a port behind it."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))
