"""One POST: no redirect is followed, and no more of the answer is read than a receiver has to say."""

import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse

import msgspec

from audit.streams.interface import Connect, StreamFailed, TooLarge
from audit.streams.line import line

_MOST_ANSWER_BYTES = 64 << 10
_TOO_LARGE = 413


class Address(msgspec.Struct, frozen=True):
    """Where to. private: it may be in a network of one's own."""

    host: str
    port: int
    path: str
    private: bool
    tls: ssl.SSLContext | None


def post(to: Address, body: bytes, headers: Mapping[str, str], connect: Connect) -> bytes:
    """The beginning of the answer. Raises `StreamFailed` for every status but those of success, and `TooLarge` for 413."""
    host = f"[{to.host}]" if ":" in to.host else to.host
    lines = [f"POST {to.path} HTTP/1.1", f"host: {host}:{to.port}", f"content-length: {len(body)}", "connection: close"]
    head = "\r\n".join((*lines, *(f"{name}: {value}" for name, value in headers.items()), "", "")).encode("latin-1")
    with line(connect, to.host, to.port, private=to.private, tls=to.tls) as opened:
        opened.sendall(head + body)
        answer = HTTPResponse(opened, method="POST")
        try:
            answer.begin()
            said = answer.read(_MOST_ANSWER_BYTES)
        except HTTPException as error:
            raise StreamFailed(f"The receiver does not answer as HTTP servers do ({type(error).__name__}).") from None
        finally:
            answer.close()
    if answer.status == _TOO_LARGE:
        raise TooLarge("The receiver answered 413: a single event without its record is too large for it.")
    if 300 <= answer.status < 400:
        raise StreamFailed(f"The receiver answered {answer.status}. Redirects are not followed: name its own address.")
    if not 200 <= answer.status < 300:
        raise StreamFailed(f"The receiver answered {answer.status}.")
    return said
