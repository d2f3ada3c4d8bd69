"""Google's generateContent: the Gemini API, and Vertex AI where its base URL ends at `…/publishers/google`."""

from typing import Any
from urllib.parse import quote

import msgspec

from routing.calls import ChatRequest, Completion, EmbeddingsAnswer, EmbeddingsRequest, InvalidRequest, Usage
from routing.calls.embeddings import GOOGLE_FIELDS
from routing.client import HttpClient
from routing.errors import ProviderError
from routing.providers.described import Described, gettext_noop
from routing.providers.exchange import Headers, HttpProvider
from routing.providers.interface import Target
from routing.providers.own_tools import google_uses
from routing.terms import Names
from routing.wire.google.read_answers import GenerateStreamReader, read_completion
from routing.wire.google.write_requests import unsupported_parameters, write_generate
from routing.wire.interface import AnswerReader
from routing.wire.values import Counts, decode_answer, objects, vectors

_NAMES = Names("maxOutputTokens", google_uses, camel_case=True, inside="generationConfig")


class GoogleProvider(HttpProvider):
    """The key travels in a header, never in the URL, which ends in logs. Option `auth` = `bearer` sends an OAuth
    token instead.
    """

    kind = "google"

    def _root(self, target: Target) -> str:
        base = target.base_url.rstrip("/")
        return "" if base.endswith(("/v1beta", "/v1", "/publishers/google")) else "/v1beta"

    def path(self, target: Target, *, stream: bool) -> str:
        method = "streamGenerateContent?alt=sse" if stream else "generateContent"
        return f"{self._root(target)}/models/{_model(target)}:{method}"

    def probe_path(self, target: Target) -> str:
        return f"{self._root(target)}/models/{_model(target)}"

    def headers(self, target: Target) -> Headers:
        if not target.secret:
            return []
        if target.options.get("auth") == "bearer":
            return [("authorization", f"Bearer {target.secret}")]
        return [("x-goog-api-key", target.secret)]

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if request.native is not None and request.native.kind == self.kind:
            return []
        return unsupported_parameters(request, target.upstream_model)

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        return write_generate(request, target.upstream_model, max_output_tokens=target.max_output_tokens)

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        return _NAMES

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return GenerateStreamReader()

    async def embed(
        self, client: HttpClient, target: Target, request: EmbeddingsRequest, *, deadline: float
    ) -> EmbeddingsAnswer:
        texts = request.texts()
        if len(texts) != len(request.inputs()):
            raise InvalidRequest("This model embeds texts, not tokens; send `input` as text.", "input")
        model = f"models/{target.upstream_model}"
        entry: dict[str, Any] = {"model": model}
        if request.dimensions:
            entry["outputDimensionality"] = request.dimensions
        entry |= {name: request.tree[name] for name in GOOGLE_FIELDS if request.tree.get(name) is not None}
        body = msgspec.json.encode({"requests": [{**entry, "content": {"parts": [{"text": text}]}} for text in texts]})
        path = f"{self._root(target)}/models/{_model(target)}:batchEmbedContents"
        answer = decode_answer((await self.post(client, target, path, body, deadline)).body)
        embeddings = [item.get("values") for item in objects(answer.get("embeddings"))]
        if len(embeddings) != len(texts) or not all(type(values) is list for values in embeddings):
            raise ProviderError("The provider answered without an embedding for each input.")
        counts = Counts(answer.get("usageMetadata"))
        counted = counts.count("promptTokenCount")
        usage = Usage(
            input_tokens=counted or sum(len(text) // 4 + 1 for text in texts),
            estimated=not (counted and counts.readable),
        )
        return EmbeddingsAnswer(vectors=vectors(embeddings), usage=usage, model=target.upstream_model)


def _model(target: Target) -> str:
    return quote(target.upstream_model.removeprefix("models/"), safe="")


PROVIDER = Described(
    kind="google",
    provider=GoogleProvider(),
    label=gettext_noop("Google, generate content"),
    speaks="Google Gemini",
    place=4,
)
