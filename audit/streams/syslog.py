"""Events to a syslog server: RFC 5424 messages in octet-counted frames over TLS (RFC 5425).

Syslog has no answer. Events count as taken once the server has closed its side of the connection after ours, without an error: then it
has read what was sent. The message is JSON in ASCII, so that no event can hold a line end or a control character.
"""

import contextlib
import datetime
import json
import ssl
from collections.abc import Sequence

import msgspec

from audit.streams.interface import SEVERITIES, Connect, StreamFailed, Told
from audit.streams.line import line

_LOG_AUDIT = 13
_SEVERITIES = {"info": 6, "low": 5, "medium": 4, "high": 3, "critical": 2}
"""Syslog's: informational, notice, warning, error, critical."""
_MOST_MESSAGE_BYTES = 8_192
"""What receivers should take (RFC 5425, 4.3.1). A record that makes a message longer is left out."""
_MOST_ANSWER_BYTES = 4_096


class Syslog(msgspec.Struct, frozen=True):
    """`syslog+tls://host:6514`"""

    host: str
    port: int
    private: bool
    tls: ssl.SSLContext
    own_name: str
    most_events: int = 500

    def send(self, stream: str, events: Sequence[Told], connect: Connect) -> int:
        frames = b"".join(self._frame(event) for event in events)
        with line(connect, self.host, self.port, private=self.private, tls=self.tls) as opened:
            assert isinstance(opened, ssl.SSLSocket)
            opened.sendall(frames)
            with contextlib.suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError):  # closed without the alert, as some do
                plain = opened.unwrap()
                if plain.recv(_MOST_ANSWER_BYTES):
                    raise StreamFailed("The receiver answers, which no syslog server does.")
        return 0

    def _frame(self, event: Told) -> bytes:
        at = datetime.datetime.fromtimestamp(event.at_us / 1_000_000, datetime.UTC).isoformat(timespec="microseconds")
        priority = _LOG_AUDIT * 8 + _SEVERITIES[SEVERITIES[event.severity]]
        head = (
            f"<{priority}>1 {at.replace('+00:00', 'Z')} {_name(self.own_name, 255)} govern - {_name(event.type, 32)} - "
        )
        message = _ascii(event, most_bytes=_MOST_MESSAGE_BYTES - len(head))
        return f"{len(head) + len(message)} {head}{message}".encode("ascii")


def _ascii(event: Told, *, most_bytes: int) -> str:
    """JSON that escapes whatever is not ASCII, which may be six times as long as before."""
    for limit in (most_bytes, 0):
        with contextlib.suppress(ValueError, RecursionError):
            said = json.dumps(json.loads(event.document(most_bytes=limit)), separators=(",", ":"))
            if len(said) <= most_bytes:
                return said
    short = {name: event.fields[name] for name in ("id", "seq", "at", "type")}
    return json.dumps({**short, "record_left_out": True}, separators=(",", ":"))


def _name(value: str, most: int) -> str:
    """A field of a message's head: printable ASCII without blanks, or `-`."""
    return "".join(letter for letter in value if 33 <= ord(letter) <= 126)[:most] or "-"
