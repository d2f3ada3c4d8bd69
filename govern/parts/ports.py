"""Ports: is one free, and keep it until the web process has it."""

import errno
import hashlib
import os
import socket
from contextlib import suppress

from govern.parts.home import Home
from govern.parts.problem import Problem

MODEL_PORTS = range(20000, 30000)
"""Below the ports that Linux gives to outgoing connections."""


def reserve_port(host: str, port: int) -> socket.socket:
    """Hold `port` for this user's web process without listening. Raises `Problem` if something else has it.

    The web process listens with SO_REUSEPORT, one socket a worker: without the reservation a second installation could
    listen on the same port and each would get half of the calls. The reservation is bound without that option, so it is
    refused if anything is there, and given the option afterwards, so that the web process can join it.
    """
    if not 0 < port < 65536:
        raise Problem(f"{port} is not a port: choose one from 1024 to 65535 with --port.")
    family, kind, _, _, address = _resolve(host, port)
    reservation = socket.socket(family, kind)
    try:
        reservation.bind(address)
    except OSError as error:
        reservation.close()
        if error.errno == errno.EACCES:
            raise Problem(f"Port {port} needs root: choose one above 1023 with --port.") from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise Problem(f"{host} is not an address of this machine: choose another --host.") from error
        if not _only_closing(family, kind, address):
            raise Problem(f"Port {port} is taken: stop what listens there, or choose another with --port.") from error
        reservation = socket.socket(
            family, kind
        )  # closing connections of the last run keep a plain bind out for a minute
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reservation.bind(address)
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return reservation


def model_port(home: Home) -> int:
    """A free loopback port for the embedded model: the same one for a home each time, unless something else has it."""
    first = int.from_bytes(hashlib.sha256(os.fsencode(home.path)).digest()[:4], "big") % len(MODEL_PORTS)
    for offset in range(100):
        port = MODEL_PORTS[(first + offset * 7) % len(MODEL_PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            probe.listen()
            return port
    raise Problem(
        "There is no free port for the embedded model: start with --no-model, or stop some of the servers here."
    )


def _resolve(host: str, port: int) -> tuple[int, int, int, str, tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise Problem(
            f"{host}:{port} is not an address to listen on ({error}): choose another --host or --port."
        ) from error
    return found[0]  # type: ignore[return-value]


def _only_closing(family: int, kind: int, address: tuple[str, int]) -> bool:
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError:
            return False
        return True
