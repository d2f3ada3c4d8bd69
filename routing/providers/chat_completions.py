"""OpenAI's chat completions, Azure OpenAI, and the many services that speak the same.

Azure: option `api_version` switches to deployments' URLs and the `api-key` header; with Azure's `/openai/v1` base
URL, set option `auth_header` to `api-key` alone.
"""

import re
from typing import Any
from urllib.parse import quote

import msgspec

from routing.calls import ChatRequest, Completion, EmbeddingsAnswer, EmbeddingsRequest
from routing.calls.embeddings import GOOGLE_FIELDS
from routing.client import HttpClient
from routing.providers.exchange import Headers, HttpProvider
from routing.providers.interface import Target
from routing.providers.own_tools import chat_uses
from routing.terms import Names, without_multipliers
from routing.wire.chat.read_answers import ChatStreamReader, read_completion, read_embeddings
from routing.wire.chat.write_requests import limit_name, sent_effort, unsupported_parameters, write_chat
from routing.wire.dialects import OPENAI, Dialect, dialect_of
from routing.wire.interface import AnswerReader

_BY_LIMIT = {name: Names(name, chat_uses) for name in ("max_tokens", "max_completion_tokens")}
_HEADER = re.compile(r"[A-Za-z0-9\-]{1,64}\Z")


class OpenAIProvider(HttpProvider):
    """OpenAI itself (`openai`), or a service that imitates it (`openai_compatible`)."""

    def __init__(self, kind: str):
        self.kind = kind
        self._openai = kind == "openai"

    def _dialect(self, target: Target) -> Dialect:
        return (
            OPENAI if self._openai or "api_version" in target.options else dialect_of(target.base_url, target.options)
        )

    def _path(self, target: Target, operation: str) -> str:
        if version := target.options.get("api_version"):
            deployment = quote(target.upstream_model, safe="")
            return f"/openai/deployments/{deployment}/{operation}?api-version={quote(version, safe='')}"
        return f"/{operation}"

    def path(self, target: Target, *, stream: bool) -> str:
        return self._path(target, "chat/completions")

    def probe_path(self, target: Target) -> str:
        version = target.options.get("api_version")
        return f"/openai/models?api-version={quote(version, safe='')}" if version else "/models"

    def headers(self, target: Target) -> Headers:
        if not target.secret:
            return []
        name = target.options.get("auth_header") or ("api-key" if "api_version" in target.options else "authorization")
        if name == "authorization" or not _HEADER.match(name):
            return [("authorization", f"Bearer {target.secret}")]
        return [(name, target.secret)]

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        return unsupported_parameters(request, target.upstream_model, self._dialect(target), openai=self._openai)

    def effort(self, request: ChatRequest, target: Target) -> str | None:
        return sent_effort(request, target.upstream_model) if self._openai else request.reasoning_effort

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        return write_chat(request, target.upstream_model, self._dialect(target), openai=self._openai, stream=stream)

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        name = limit_name(request, target.upstream_model, self._dialect(target), openai=self._openai)
        return _BY_LIMIT[name]

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return ChatStreamReader()

    async def embed(
        self, client: HttpClient, target: Target, request: EmbeddingsRequest, *, deadline: float
    ) -> EmbeddingsAnswer:
        tree = {name: value for name, value in without_multipliers(request.tree).items() if name not in GOOGLE_FIELDS}
        body = msgspec.json.encode({**tree, "model": target.upstream_model})
        reply = await self.post(client, target, self._path(target, "embeddings"), body, deadline)
        vectors, usage, model = read_embeddings(reply.body)
        return EmbeddingsAnswer(vectors=vectors, usage=usage, model=model, raw=reply.body)
