"""The size of a prompt and of a batch of texts to embed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from routing.calls import AudioPart, ChatRequest, FilePart, ImagePart, NativePart, Part, Surface
from routing.sizes.base64_data import Base64Data
from routing.sizes.media import Media, document_of, media_of_base64, picture_of, sound_of, unknown_document
from routing.sizes.texts import least_text_tokens, text_tokens

_MESSAGE_TOKENS = 4
"""What the marks around a message take as a rule; the most that they can take, for holding money, is `routing.money.MESSAGE_TOKENS`."""
_TOOL_TOKENS = 8
_DATA_CHARACTERS = 64
"""What is shorter holds no file."""


class PromptSize(NamedTuple):
    """A prompt, all of which has to fit into a model's context at once."""

    texts: Sequence[Surface]
    text_tokens: int
    media: Sequence[Media]

    def tokens(self, family: str = "") -> int:
        """About how many tokens it is for a model of a family (see `family_of`)."""
        tokens = self.text_tokens
        if self.media:
            tokens += sum(each.tokens(family) for each in self.media)
        return max(1, tokens)

    def at_once(self, family: str = "") -> int:
        """About how many tokens have to fit into the context."""
        return self.tokens(family)

    def cannot_fit(self, window: int) -> bool:
        """Whether no tokenizer could get it into so many tokens."""
        left = window - sum(each.least() for each in self.media)
        for surface in self.texts:
            if left < 0:
                break
            left -= least_text_tokens(surface.text, left)
        return left < 0


class BatchSize(NamedTuple):
    """Texts to embed, each of which has the context for itself; of a list of tokens the number is known."""

    inputs: Sequence[str | Sequence[int]]
    input_tokens: Sequence[int]

    def tokens(self, family: str = "") -> int:
        """About how many tokens all inputs are."""
        return max(1, sum(self.input_tokens))

    def at_once(self, family: str = "") -> int:
        """About how many tokens the longest input is."""
        return max(self.input_tokens)

    def cannot_fit(self, window: int) -> bool:
        """Whether no tokenizer could get one of the inputs into so many tokens."""
        return any(
            (least_text_tokens(each, window) if isinstance(each, str) else len(each)) > window
            for each, estimated in zip(self.inputs, self.input_tokens, strict=True)
            if estimated > window
        )


Size = PromptSize | BatchSize


def size_of_prompt(request: ChatRequest, texts: Sequence[Surface]) -> PromptSize:
    """The size of a chat request, whose texts were found already."""
    tokens = _MESSAGE_TOKENS * len(request.messages) + _TOOL_TOKENS * len(request.tools or ())
    media = [] if request.texts_alone else list(_media(request))
    if media or request.native is not None:
        texts = _said(texts, _files(request) if media else frozenset())
    for surface in texts:
        tokens += text_tokens(surface.text)
    return PromptSize(texts, tokens, media)


def _said(texts: Sequence[Surface], files: frozenset[str]) -> Sequence[Surface]:
    """Each text once: not again as a door received it, and not the data of files, which count as media."""
    return [s for s in texts if not s.location.startswith("native.") and s.location not in files]


def _files(request: ChatRequest) -> frozenset[str]:
    """The places of files that count as media, for those whose data are read as a text as well."""
    found = set()
    for m, message in enumerate(request.messages):
        for p, part in enumerate(message.content if isinstance(message.content, list) else ()):
            where = f"messages[{m}].content[{p}]"
            if isinstance(part, ImagePart) and not part.image_url.url.startswith(("http://", "https://")):
                found.add(f"{where}.image_url.url")
            elif isinstance(part, AudioPart):
                found.add(f"{where}.input_audio.data")
            elif isinstance(part, FilePart) and any(_of_file(part)):
                found.add(f"{where}.file.file_data")
    return frozenset(found)


def size_of_batch(inputs: Sequence[str | Sequence[int]]) -> BatchSize:
    """The size of texts to embed."""
    return BatchSize(inputs, [text_tokens(each) if isinstance(each, str) else len(each) for each in inputs])


def _media(request: ChatRequest) -> Iterator[Media]:
    for message in request.messages:
        if message.content is not None and not isinstance(message.content, str):
            yield from _of_parts(message.content)
        if message.native_blocks:
            yield from _of_parts(message.native_blocks)


def _of_parts(parts: Iterable[Part]) -> Iterator[Media]:
    for part in parts:
        if isinstance(part, ImagePart):
            yield picture_of(part.image_url.url, low_detail=part.image_url.detail == "low")
        elif isinstance(part, AudioPart):
            yield sound_of(Base64Data(part.input_audio.data))
        elif isinstance(part, FilePart):
            yield from _of_file(part)
        elif isinstance(part, NativePart):
            yield from _of_tree(part.block)


def _of_file(part: FilePart) -> Iterator[Media]:
    data = part.file.file_data
    if data is None:
        yield unknown_document()
    elif not data.startswith(("data:text/", "data:application/json", "data:application/xml", "data:application/yaml")):
        yield media_of_base64(data) or document_of(Base64Data(data))


def _of_tree(value: Any) -> Iterator[Media]:
    """Files in a block that only its provider knows."""
    if type(value) is dict:
        for item in value.values():
            yield from _of_tree(item)
    elif type(value) is list:
        for item in value:
            yield from _of_tree(item)
    elif type(value) is str and len(value) > _DATA_CHARACTERS and " " not in value[:_DATA_CHARACTERS]:
        found = media_of_base64(value)
        if found is not None:
            yield found
