"""A connection of one delivery: encrypted if asked for, and over after a time, however slowly its other end speaks."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from socket import SHUT_RDWR, socket

from audit.streams.interface import Connect, StreamFailed

WHOLE_S = 20.0
"""What one delivery may take."""


@contextlib.contextmanager
def line(connect: Connect, host: str, port: int, *, private: bool, tls: ssl.SSLContext | None) -> Iterator[socket]:
    """An open connection. Raises `StreamFailed` for whatever goes wrong on it."""
    opened: socket | None = None
    late = threading.Event()

    def give_up() -> None:
        late.set()
        with contextlib.suppress(OSError):
            if opened is not None:
                opened.shutdown(SHUT_RDWR)

    timer = threading.Timer(WHOLE_S, give_up)
    timer.daemon = True
    try:
        opened = connect(host, port, private)
        timer.start()
        if tls is not None:
            opened = tls.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
            opened.do_handshake()
        yield opened
        if late.is_set():  # what was read then may have been cut off
            raise TimeoutError
    except ssl.SSLCertVerificationError as error:
        raise StreamFailed(f"The receiver's certificate does not hold: {error.verify_message}.") from None
    except (OSError, ValueError) as error:
        why = f"took longer than {WHOLE_S:.0f} seconds" if late.is_set() else f"failed ({type(error).__name__})"
        raise StreamFailed(f"The connection to the receiver {why}.") from None
    finally:
        timer.cancel()
        if opened is not None:
            opened.close()
