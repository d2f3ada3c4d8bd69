"""Where a URL points, read so that no way to write an address slips past the checks."""

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from routing.errors import ProviderError

Address = IPv4Address | IPv6Address

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?\.?\Z")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\.?\Z")
_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port, the host in one spelling: an address as digits, a name in lower case and punycode."""

    scheme: str
    host: str
    port: int
    address: Address | None
    """The address, if the host is one."""

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL and in the `host` header."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.authority}"


def _invalid(what: str) -> ProviderError:
    return ProviderError(f"The address to call {what}.", sent=False)


def _host(written: str) -> tuple[str, Address | None]:
    """The host as the WHATWG's URL standard reads it: a name whose last part is a number is an IPv4 address."""
    try:
        address: Address = ip_address(written)
    except ValueError:
        pass
    else:
        if isinstance(address, IPv6Address) and address.scope_id:
            raise _invalid("must not name a network interface")
        return str(address), address
    try:
        name = written.encode("idna").decode().lower()
    except UnicodeError:
        raise _invalid("has a host that is no name") from None
    if not _NAME.match(name):
        raise _invalid("has a host that is no name")
    if _NUMBER.match(name.rstrip(".").rsplit(".", 1)[-1]):
        try:
            address = IPv4Address(socket.inet_aton(name.rstrip(".")))
        except OSError:
            raise _invalid("has a host that is no name") from None
        return str(address), address
    return name, None


@lru_cache(maxsize=1_024)
def split_url(url: str) -> tuple[Origin, str]:
    """Origin, and path with query. Raises ProviderError for anything but http and https, and for credentials in a URL."""
    try:
        parts = urlsplit(url)
        host, port, user = parts.hostname, parts.port, parts.username or parts.password
    except ValueError:
        raise _invalid("is not a URL") from None
    if parts.scheme not in _PORTS or not host:
        raise _invalid("must start with https:// or http://")
    if user is not None:
        raise _invalid("must not hold a user name or password")
    name, address = _host(host)
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    )
    return Origin(parts.scheme, name, port or _PORTS[parts.scheme], address), path


_QUERY = "/?%:@!$&'()*+,;=~-._[]"
