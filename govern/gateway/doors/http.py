"""A request and an answer, the same behind both doors: the ASGI router and Django's view."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from govern.gateway.callers.end_users import EndUser

PING_S = 15.0
"""As WHATWG HTML, 9.2.7, advises: proxies drop what is silent for longer."""

ON_HANGUP = "govern.on_hangup"
"""The extension of an ASGI scope by which a door has itself told that its client has gone: `on_hangup(tell)`."""

Headers = list[tuple[bytes, bytes]]


class Request(NamedTuple):
    """What a door hands over. The body is read only once the caller is known."""

    method: str
    path: str
    query: str
    """What follows `?`, not decoded."""
    headers: Mapping[bytes, bytes]
    """Lower-case names; of a repeated header the last one."""
    read_body: Callable[[], Awaitable[bytes]]
    """Reads the whole body. Raises `Refusal` when it is too large or does not arrive."""
    peer: str = ""
    """The address at the other end of the connection itself, whatever headers say; empty for none."""
    end_user: "EndUser | None" = None
    """Who is behind the call, as far as its headers say; known once the caller is."""

    @property
    def host(self) -> bytes:
        """The name by which the caller reached the gateway, as the caller says."""
        return self.headers.get(b"host", b"")


class EventStream(Protocol):
    """Events as they come. Whoever iterates it closes it, also when nobody listens any more."""

    def __aiter__(self) -> "EventStream": ...

    async def __anext__(self) -> bytes: ...

    async def aclose(self) -> None:
        """Ends it early."""
        ...


class Answer(NamedTuple):
    """What goes back: bytes at once, or events as they come."""

    status: int
    headers: Headers
    body: bytes = b""
    stream: EventStream | None = None
    ping: bytes = b""
    """Sent whenever the stream has said nothing for `PING_S`."""
