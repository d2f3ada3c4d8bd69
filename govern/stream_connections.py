"""Connections to receivers of events: to addresses that were checked as those of providers are (`routing.client.addresses`).

Every address of a name is checked, and the connection goes to a checked one. Machines' own credentials are never a receiver.
"""

import socket
from ipaddress import ip_address

from audit.streams.interface import StreamFailed
from routing.client.addresses import AddressRefused, check_address, is_metadata_name

CONNECT_S = 10.0
"""For the connection, and for each read and write on it."""


def connect_to_receiver(host: str, port: int, private: bool) -> socket.socket:
    """Raises `StreamFailed` and `OSError`."""
    found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    try:
        if is_metadata_name(host):
            raise AddressRefused(host)
        for address in found:
            check_address(host, ip_address(str(address).partition("%")[0]), allow_private=private)
    except AddressRefused:
        raise StreamFailed(
            f"The address of {host} is not public. Add private=yes to the stream if it is meant to be reached."
        ) from None
    return socket.create_connection((str(found[0]), port), timeout=CONNECT_S)
