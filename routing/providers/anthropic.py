"""Anthropic's Messages API."""

from typing import Any

from routing.calls import ChatRequest, Completion
from routing.providers.anthropic_answers import read_completion
from routing.providers.anthropic_requests import unsupported_parameters, write_messages
from routing.providers.anthropic_stream import MessageStreamReader
from routing.providers.exchange import AnswerReader, Headers, HttpProvider
from routing.providers.interface import Target
from routing.providers.own_tools import anthropic_uses
from routing.terms import Names

VERSION = "2023-06-01"
_NAMES = Names("max_tokens", anthropic_uses, always=True)


class AnthropicProvider(HttpProvider):
    """Base URL with or without `/v1`. Option `beta` holds the values of `anthropic-beta`."""

    kind = "anthropic"

    def path(self, target: Target, *, stream: bool) -> str:
        return "/messages" if target.base_url.rstrip("/").endswith("/v1") else "/v1/messages"

    def probe_path(self, target: Target) -> str:
        return "/models" if target.base_url.rstrip("/").endswith("/v1") else "/v1/models"

    def headers(self, target: Target) -> Headers:
        headers = [("anthropic-version", target.options.get("version", VERSION))]
        if target.secret:
            headers.append(("x-api-key", target.secret))
        if beta := target.options.get("beta"):
            headers.append(("anthropic-beta", beta))
        return headers

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if request.native is not None and request.native.kind == self.kind:
            return []
        return unsupported_parameters(request)

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        return write_messages(request, target.upstream_model, max_output_tokens=target.max_output_tokens, stream=stream)

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        return _NAMES

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return MessageStreamReader()
