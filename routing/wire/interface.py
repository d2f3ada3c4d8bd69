"""What every front-door format offers."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from routing.calls import ChatRequest, Chunk, Completion, Usage
from routing.wire.events import Event

PING = b": ping\n\n"
"""A comment in a stream of server-sent events, which every client skips (WHATWG HTML, 9.2.6)."""


class AnswerIdentity(NamedTuple):
    """What an answer is called: ours, never the provider's."""

    call_id: str
    """The call's id as 32 hexadecimal digits; a format puts its own prefix before it."""
    model: str
    """The catalogue's name of the model that answered."""
    created_s: int
    input_tokens: int = 0
    """An estimate, for formats that tell it before the provider has counted."""


class AnswerReader(Protocol):
    """Reads one streamed answer of a provider."""

    def read(self, event: Event) -> Chunk | None:
        """What an event adds. Raises ProviderError for an error in mid-stream."""
        ...

    def read_all(self, events: Sequence[Event], told: list[Chunk]) -> None:
        """Adds to `told` what events that arrived together add. Raises like `read`; what came before is told then."""
        told.extend(chunk for event in events if (chunk := self.read(event)) is not None)

    @property
    def complete(self) -> bool:
        """Whether the provider said that it is done."""
        ...


class StreamEncoder(Protocol):
    """Writes one streamed answer. Each method returns complete server-sent events, possibly none."""

    def chunk(self, chunk: Chunk) -> bytes:
        """What a piece of the answer becomes. Its usage, if any, is kept for the end."""
        ...

    def hold(self) -> None:
        """Blocks of a provider's own tools wait for the end: what follows on them must not be told before, where order is told."""
        return

    def let_calls_flow(self) -> None:
        """Nobody has to see the whole of a tool call first. Formats that tell calls as they come do so anyway."""
        return

    def end(self, usage: Usage | None) -> bytes:
        """The closing events, with usage where the format or the caller wants it. Called once; they leave once the outcome is durable."""
        ...

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """The event of a failure in mid-stream, from the contract's `error` object. Nothing follows it. `status`: as of a whole answer."""
        ...


class NativeEncoder(StreamEncoder):
    """An encoder that can also pass on what a provider of its own format wrote, and take over from there."""

    native_kind: str
    """The provider kind whose events it passes on."""

    def beside(self, data: bytes) -> dict[str, Any] | None:
        """What stands in a provider's event beside the texts that flow, such as ids and signatures, for guards to see.

        None if anything in it is not known, or stands there twice: then it must not pass as it came.
        """
        raise NotImplementedError

    def native(self, data: bytes, *, last: bool = False) -> bytes:
        """A provider's event as it came. `last` says that nothing follows it."""
        raise NotImplementedError


class DoorFormat(Protocol):
    """One front-door format."""

    kind: str
    """The provider kind whose bytes are this format's own, such as `anthropic`."""
    ping: bytes
    """A sign of life that may stand between any two events of a stream."""

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request. Raises `InvalidRequest`. `path` is for formats that name the model or streaming in it."""
        ...

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """A whole answer."""
        ...

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> StreamEncoder:
        """An encoder for one streamed answer."""
        ...

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """The body of a refusal, from the contract's `error` object, in a shape that this format's SDKs understand.

        `status` is the HTTP status that it goes with, `request_id` the call's id as its headers have it.
        """
        ...
