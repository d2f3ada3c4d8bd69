"""Embedding requests and answers."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec

from routing.calls.invalid import InvalidRequest, explain
from routing.calls.requests import decode_object
from routing.calls.surfaces.request_walk import Place, RequestWalk
from routing.calls.surfaces.requests import put_texts
from routing.calls.surfaces.walk import Surface, location
from routing.calls.usage import Usage

Tokens = list[int]
GOOGLE_FIELDS = ("taskType", "title", "autoTruncate")
"""What only Google's embeddings know; other providers are not sent it."""
MOST_TEXTS = 2_048
"""In one call, as at OpenAI. More are refused before a guard reads them: no provider takes them, and reading them takes seconds."""


class EmbeddingsRequest(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True, dict=True):
    """Texts (or token lists, which guards cannot read) to embed."""

    model: str
    input: str | list[str | Tokens | int]
    dimensions: Annotated[int, msgspec.Meta(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] | None = None
    user: str | None = None

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The body as plain values, fields that are not typed here included."""
        tree: dict[str, Any] = msgspec.to_builtins(self)
        return tree

    @cached_property
    def extra(self) -> dict[str, Any]:
        """Top-level fields that are not typed here."""
        return {name: value for name, value in self.tree.items() if name not in self.__struct_fields__}

    def inputs(self) -> list[str | Tokens]:
        """One entry for each embedding wanted."""
        if isinstance(self.input, str):
            return [self.input]
        if self.input and all(isinstance(item, int) for item in self.input):
            return [list(self.input)]  # type: ignore[arg-type]
        return list(self.input)  # type: ignore[arg-type]

    def surfaces(self) -> list[Surface]:
        """Every text of the body: the inputs, and all other fields."""
        walk = self._walk()
        return [Surface(place.role, location(place.path), place.text) for place in walk.places]

    def _walk(self) -> RequestWalk:
        walk = RequestWalk()
        if isinstance(self.input, str):
            walk.places.append(Place("user", ("input",), self.input))
        else:
            inputs = enumerate(self.input)
            walk.places += [Place("user", ("input", i), item) for i, item in inputs if isinstance(item, str)]
        rest = {name: value for name, value in self.tree.items() if name not in ("input", "model")}
        walk.value(rest, (), "parameter")
        return walk

    def with_texts(self, texts: Mapping[str, str]) -> "EmbeddingsRequest":
        """A copy with other texts at locations such as `input[3]`. Raises ValueError, CannotReplace and InvalidRequest."""
        return embeddings_request(put_texts(self.tree, self._walk().places, texts))

    def texts(self) -> list[str]:
        """The inputs that are text."""
        return [item for item in self.inputs() if isinstance(item, str)]


class EmbeddingsAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One vector an input, in the order of the inputs: floats, or base64 of little-endian float32 where that was
    asked for.
    """

    vectors: list[list[float] | str]
    usage: Usage
    model: str = ""
    raw: bytes | None = None

    def encode(self, *, model: str) -> bytes:
        """The answer as OpenAI's embeddings list."""
        return msgspec.json.encode(
            {
                "object": "list",
                "data": [
                    {"object": "embedding", "index": index, "embedding": vector}
                    for index, vector in enumerate(self.vectors)
                ],
                "model": model,
                "usage": {"prompt_tokens": self.usage.input_tokens, "total_tokens": self.usage.total_tokens},
            }
        )


def decode_embeddings(body: bytes) -> EmbeddingsRequest:
    """A request from the bytes of an embeddings body. Raises InvalidRequest."""
    return embeddings_request(decode_object(body))


def embeddings_request(tree: dict[str, Any]) -> EmbeddingsRequest:
    """A request from plain JSON values. Raises InvalidRequest."""
    try:
        request = msgspec.convert(tree, EmbeddingsRequest)
    except msgspec.ValidationError as error:
        raise explain(error) from None
    inputs = request.inputs()
    if len(inputs) > MOST_TEXTS:
        raise too_many_texts("input")
    if not inputs or any(item == "" or item == [] or isinstance(item, int) for item in inputs):
        raise InvalidRequest("`input` must be a text, a list of texts or lists of tokens, none of them empty.", "input")
    request.__dict__["tree"] = tree
    return request


def too_many_texts(where: str) -> InvalidRequest:
    """The refusal of more texts than one call may have."""
    return InvalidRequest(f"`{where}` holds more than {MOST_TEXTS} texts; send them in several calls.", where)
