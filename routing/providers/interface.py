"""What every provider offers, and what it is told."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from routing.bodies import ParameterFacts, ProviderLimits
from routing.calls import ChatRequest, Chunk, Completion, EmbeddingsAnswer, EmbeddingsRequest
from routing.client import HttpClient
from routing.terms import Terms


class Target(NamedTuple):
    """One deployment with one credential: where a call goes."""

    provider: str
    kind: str
    base_url: str
    upstream_model: str
    secret: str | None = None
    allow_private_address: bool = False
    headers: Mapping[str, str] = {}
    options: Mapping[str, str] = {}
    limits: ProviderLimits = ProviderLimits()
    attempts: int = 2
    """How often a call that is safe to repeat is sent, while nothing of the answer was seen."""
    max_retry_wait_ms: int = 2_000
    """A provider that asks to wait longer fails at once, so that another one can be tried."""

    max_output_tokens: int = 4_096
    """The catalogue's maximum for one answer."""
    parameters: ParameterFacts | None = None
    """What the catalogue says of them; None: as published of the model."""
    held: bool = False
    """Whether a budget holds the cost of the call, so that whatever it depends on needs a bound."""

    asked: tuple[tuple[str, str], ...] = ()
    """Headers that the caller sent for a provider of this kind; other kinds do not read them."""
    heard: Callable[[Mapping[str, str]], None] | None = None
    """Told the headers of every answer, also of one that refuses."""

    def __repr__(self) -> str:
        return f"Target(provider={self.provider!r}, kind={self.kind!r}, upstream_model={self.upstream_model!r})"


class Outgoing(NamedTuple):
    """A body as it leaves, and what bounds its cost."""

    body: bytes
    terms: Terms
    left_out: Sequence[str] = ()
    """Parameters that the provider or the model does not know, or that have no price."""


class Provider(Protocol):
    """One kind of provider. `deadline` is in seconds of `time.monotonic()`; every method raises ProviderError and
    nothing else but InvalidRequest, for a request that this kind cannot express."""

    async def complete(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> Completion:
        """The whole answer."""
        ...

    def stream(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> AsyncGenerator[Sequence[Chunk], None]:
        """The answer in pieces: at once what arrived together, texts that follow each other as one, `ALIVE` for a sign of life. Closing or
        cancelling the iterator closes the provider's connection. A stream that ends without its closing event raises ProviderError."""
        ...

    async def embed(
        self, client: HttpClient, target: Target, request: EmbeddingsRequest, *, deadline: float
    ) -> EmbeddingsAnswer:
        """One vector an input."""
        ...

    async def probe(self, client: HttpClient, target: Target, *, deadline: float) -> None:
        """Returns if the provider answers and takes the credential, without cost; raises ProviderError otherwise."""
        ...

    def outgoing(self, request: ChatRequest, target: Target, *, stream: bool) -> Outgoing:
        """What `complete` or `stream` will send. Raises InvalidRequest."""
        ...

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        """Parameters of the request that this provider cannot honour. `complete` and `stream` leave them out."""
        ...

    def not_taken(self, request: ChatRequest, target: Target) -> list[str]:
        """Parameters that the provider knows and this model does not take. `complete` and `stream` leave them out."""
        ...
