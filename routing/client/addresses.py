"""Which addresses a call may go to.

A name is resolved here, every address it has is checked, and the connection is then pinned to a checked one: a name
that resolves to something else a moment later (DNS rebinding) changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from routing.client.origins import Address, Origin
from routing.errors import ProviderError

Resolver = Callable[[str, int], Awaitable[list[str]]]

METADATA_SERVICES = frozenset(
    ip_address(address) for address in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
)
"""Addresses that hand out a machine's own credentials: never a model, so refused even where private addresses are
allowed.
"""

_NAT64 = ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ip_network("2002::/16")


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
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    return None


def is_public(address: Address) -> bool:
    """Whether anyone on the internet could have this address."""
    if isinstance(address, IPv6Address) and (inner := _embedded(address)) is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def is_metadata_service(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (inner := _embedded(address)) is not None:
        return inner in METADATA_SERVICES
    return address in METADATA_SERVICES


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
    try:
        addresses = await resolve(origin.host, origin.port)
    except OSError:
        addresses = []
    if not addresses:
        raise ProviderError(f"The name {origin.host} has no address.", sent=False, retryable=True)
    for address in addresses:
        check_address(origin.host, ip_address(address.partition("%")[0]), allow_private=allow_private)
    return addresses
