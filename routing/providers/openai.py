"""OpenAI's own service, where newer models take functions beside reasoning over one of its two APIs alone."""

from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

from routing.calls import AudioPart, ChatRequest, Chunk, Completion
from routing.client import HttpClient
from routing.providers.chat_completions import OpenAIProvider
from routing.providers.described import Described, gettext_noop
from routing.providers.interface import Outgoing, Target
from routing.providers.openai_responses import ResponsesProvider
from routing.wire.chat.reasoning import needs_responses


class OpenAIItself(OpenAIProvider):
    """Chat completions, and the Responses API for calls that chat completions of the model refuse (GPT-5.4 and later)."""

    def __init__(self) -> None:
        super().__init__("openai")
        self._responses = ResponsesProvider()

    def outgoing(self, request: ChatRequest, target: Target, *, stream: bool) -> Outgoing:
        if _must_be_responses(request, target):
            return self._responses.outgoing(request, _over_responses(target), stream=stream)
        return super().outgoing(request, target, stream=stream)

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if _must_be_responses(request, target):
            return self._responses.unsupported(request, _over_responses(target))
        return super().unsupported(request, target)

    def complete(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> Coroutine[Any, Any, Completion]:
        if _must_be_responses(request, target):
            return self._responses.complete(client, _over_responses(target), request, deadline=deadline)
        return super().complete(client, target, request, deadline=deadline)

    def stream(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> AsyncGenerator[Sequence[Chunk], None]:
        if _must_be_responses(request, target):
            over = _over_responses(target)
            return self._responses.stream(client, over, request, deadline=deadline)
        return super().stream(client, target, request, deadline=deadline)


def _must_be_responses(request: ChatRequest, target: Target) -> bool:
    """Whether only the Responses API takes the call, and can do what it asks for."""
    if not (request.tools or request.functions) or not needs_responses(request, target.upstream_model):
        return False
    if not (urlsplit(target.base_url).hostname or "").endswith("api.openai.com"):
        return False
    if (request.n or 1) > 1 or "audio" in (request.modalities or ()):
        return False
    heard = (part for message in request.messages if isinstance(message.content, list) for part in message.content)
    return not any(isinstance(part, AudioPart) for part in heard)


def _over_responses(target: Target) -> Target:
    return target._replace(kind="openai_responses")


PROVIDER = Described(
    kind="openai",
    provider=OpenAIItself(),
    label=gettext_noop("OpenAI, chat completions"),
    speaks="OpenAI Chat Completions",
    place=1,
)
