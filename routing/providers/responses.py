"""OpenAI's Responses API, at OpenAI and at Azure."""

from routing.calls import ChatRequest, Completion
from routing.providers.exchange import AnswerReader
from routing.providers.interface import Target
from routing.providers.openai import OpenAIProvider
from routing.providers.responses_answers import KIND, read_completion
from routing.providers.responses_requests import encode_response, unsupported_parameters
from routing.providers.responses_stream import ResponseStreamReader


class ResponsesProvider(OpenAIProvider):
    """Credentials, probes and embeddings are those of the chat completions."""

    knows_functions = False

    def __init__(self) -> None:
        super().__init__(KIND)

    def path(self, target: Target, *, stream: bool) -> str:
        version = target.options.get("api_version")
        return f"/openai/responses?api-version={version}" if version else "/responses"

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if request.native is not None and request.native.kind == KIND:
            return []
        return unsupported_parameters(request, target.upstream_model)

    def encode(self, request: ChatRequest, target: Target, *, stream: bool) -> bytes:
        return encode_response(request, target.upstream_model, stream=stream)

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return ResponseStreamReader()
