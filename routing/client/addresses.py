"""Which addresses a call may go to.

A name is resolved here, every address it has is checked, and the connection is then pinned to a checked one: a name
that resolves to something else a moment later (DNS rebinding) changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from routing.client.origins import Address, Origin
from routing.errors import ProviderError

Resolver = Callable[[str, int], Awaitable[list[str]]]

METADATA_SERVICES = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
    )
)
"""Addresses that hand out a machine's own credentials: never a model, so refused even where private addresses are
allowed.
"""
METADATA_NAMES = frozenset(
    ("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal")
)
"""Names of the same."""
PRIVATE_SUFFIXES = frozenset(
    (
        *("corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "private", "test"),
        *("invalid", "onion", "home.arpa", "in-addr.arpa", "ip6.arpa"),
    )
)
"""Ends of names that nobody on the internet can have (RFC 6761, 6762, 8375, 9476; ICANN's `internal`)."""

# Said here and not left to Python: 3.11 counts several of them as public.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(range_)
    for range_ in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The only IPv6 addresses that are given out (RFC 4291). `100::/64`, `5f00::/16`, `fec0::/10` and the like lie outside."""
_NOT_PUBLIC_6 = tuple(IPv6Network(range_) for range_ in ("2001::/23", "2001:db8::/32", "3fff::/20"))
"""Within those: protocols (Teredo, ORCHID, benchmarks) and documentation."""
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_COMPATIBLE = (IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"))
_ISATAP = (0x5EFE, 0x0200_5EFE)


class AddressRefused(ProviderError):
    """The address is private, link-local, loopback, reserved or a metadata service, and the deployment does not allow
    it.
    """

    def __init__(self, host: str):
        super().__init__(
            f"The address of {host} is not public. "
            "Set allow_private_address on the deployment if it is meant to be reached.",
            sent=False,
        )


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    number = int(address)
    if (
        address in _NAT64
        or address in _LOCAL_NAT64
        or any(address in range_ for range_ in _COMPATIBLE)
        or (number >> 32) & 0xFFFF_FFFF in _ISATAP
    ):
        return IPv4Address(number & 0xFFFF_FFFF)
    return None


def is_public(address: Address) -> bool:
    """Whether anyone on the internet could have this address."""
    if isinstance(address, IPv4Address):
        return not any(address in range_ for range_ in _NOT_PUBLIC_4)
    inner = _embedded(address)
    if inner is not None and not is_public(inner):
        return False
    if address.ipv4_mapped or address in _NAT64:
        return True
    return address in _GLOBAL_UNICAST and not any(address in range_ for range_ in _NOT_PUBLIC_6)


def is_metadata_service(address: Address) -> bool:
    """Whether it hands out a machine's own credentials, however it is written."""
    if isinstance(address, IPv6Address) and (inner := _embedded(address)) is not None and inner in METADATA_SERVICES:
        return True
    return address in METADATA_SERVICES


def is_metadata_name(name: str) -> bool:
    """Whether a name in lower case is that of a metadata service."""
    return name.rstrip(".") in METADATA_NAMES


def is_private_name(name: str) -> bool:
    """Whether a name in lower case can only be one of a network of its own: a single word, or under a reserved end."""
    labels = name.rstrip(".").split(".")
    return len(labels) == 1 or labels[-1] in PRIVATE_SUFFIXES or ".".join(labels[-2:]) in PRIVATE_SUFFIXES


def check_address(host: str, address: Address, *, allow_private: bool) -> None:
    """Raises AddressRefused."""
    if is_metadata_service(address) or not (allow_private or is_public(address)):
        raise AddressRefused(host)


async def resolve_addresses(host: str, port: int) -> list[str]:
    """All addresses of a name, in the system's order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_addresses(origin: Origin, *, allow_private: bool, resolve: Resolver) -> list[str]:
    """The addresses of a host, after every one of them was checked: one bad address spoils the name.

    Raises AddressRefused, and ProviderError if the name has no address.
    """
    if origin.address is not None:
        check_address(origin.host, origin.address, allow_private=allow_private)
        return [str(origin.address)]
    if is_metadata_name(origin.host):
        raise AddressRefused(origin.host)
    try:
        addresses = await resolve(origin.host, origin.port)
    except OSError:
        addresses = []
    if not addresses:
        raise ProviderError(f"The name {origin.host} has no address.", sent=False, retryable=True)
    for address in addresses:
        check_address(origin.host, ip_address(address.partition("%")[0]), allow_private=allow_private)
    return addresses
