"""OpenAI's Responses API, at OpenAI and at Azure."""

from typing import Any

from routing.calls import ChatRequest, Completion
from routing.providers.chat_completions import OpenAIProvider
from routing.providers.described import Described, gettext_noop
from routing.providers.interface import Target
from routing.providers.own_tools import responses_uses
from routing.terms import Names
from routing.wire.chat.reasoning import translated_effort
from routing.wire.interface import AnswerReader
from routing.wire.responses.read_answers import KIND, read_completion
from routing.wire.responses.read_stream import ResponseStreamReader
from routing.wire.responses.write_requests import unsupported_parameters, write_response

_NAMES = Names("max_output_tokens", responses_uses, least=16)  # OpenAI takes no fewer


class ResponsesProvider(OpenAIProvider):
    """Credentials, probes and embeddings are those of the chat completions."""

    def __init__(self) -> None:
        super().__init__(KIND)

    def path(self, target: Target, *, stream: bool) -> str:
        version = target.options.get("api_version")
        return f"/openai/responses?api-version={version}" if version else "/responses"

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if request.native is not None and request.native.kind == KIND:
            return []
        return unsupported_parameters(request, target.upstream_model)

    def effort(self, request: ChatRequest, target: Target) -> str | None:
        return translated_effort(request, target.upstream_model)

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        return write_response(request, target.upstream_model, stream=stream)

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        return _NAMES

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return ResponseStreamReader()


PROVIDER = Described(
    kind="openai_responses",
    provider=ResponsesProvider(),
    label=gettext_noop("OpenAI, responses"),
    speaks="OpenAI Responses",
    place=2,
)
