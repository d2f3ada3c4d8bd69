"""Messages and their parts, as OpenAI's chat completions writes them, with what Anthropic and Google add.

Additions use the names that are already common: `thinking_blocks` and `cache_control` as in LiteLLM and OpenRouter,
`reasoning_content` as in DeepSeek, `extra_content.google.thought_signature` as in Google's own OpenAI-compatible API.
"""

from typing import Any, Literal

import msgspec

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class ImageUrl(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """`url` is https:// or a base64 data URI."""

    url: str
    detail: str | None = None


class InputAudio(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """Base64 `data`; `format` is a file suffix such as wav or mp3."""

    data: str
    format: str = "wav"


class FileSource(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """A document: a base64 data URI in `file_data`, the provider's `file_id`, or a URL that the provider fetches."""

    filename: str | None = None
    file_data: str | None = None
    file_id: str | None = None
    file_url: str | None = None


class _Part(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    cache_control: dict[str, Any] | None = None
    extra_content: dict[str, Any] | None = None


class TextPart(_Part, frozen=True, tag="text"):
    text: str


class ImagePart(_Part, frozen=True, tag="image_url"):
    image_url: ImageUrl


class AudioPart(_Part, frozen=True, tag="input_audio"):
    input_audio: InputAudio


class FilePart(_Part, frozen=True, tag="file"):
    file: FileSource
    title: str | None = None
    context: str | None = None
    citations: dict[str, Any] | None = None


class RefusalPart(_Part, frozen=True, tag="refusal"):
    refusal: str


class ThinkingPart(_Part, frozen=True, tag="thinking"):
    """Anthropic's reasoning, which must return unchanged with its signature on tool turns."""

    thinking: str
    signature: str | None = None


class RedactedThinkingPart(_Part, frozen=True, tag="redacted_thinking"):
    """Reasoning that Anthropic encrypted; opaque."""

    data: str


class NativePart(_Part, frozen=True, tag="native"):
    """A block that only providers of one kind know (a server tool's result, for instance). Others refuse it."""

    kind: str
    block: dict[str, Any]


Part = TextPart | ImagePart | AudioPart | FilePart | RefusalPart | ThinkingPart | RedactedThinkingPart | NativePart


class FunctionCall(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """`arguments` is JSON in a string, as the model wrote it: it may not parse."""

    name: str
    arguments: str = "{}"


class CustomCall(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """A call of a tool that takes free text."""

    name: str
    input: str


class ToolCall(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`type` is `function` or `custom`. `extra_content.google.thought_signature` must return with the call."""

    id: str
    type: str = "function"
    function: FunctionCall | None = None
    custom: CustomCall | None = None
    extra_content: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        call = self.function or self.custom
        return call.name if call else ""


class AudioReference(msgspec.Struct, omit_defaults=True, frozen=True, gc=False):
    """An earlier spoken answer, by the provider's id."""

    id: str


class Message(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """One turn. A tool's answer has role `tool` and the `tool_call_id` it answers."""

    role: Role
    content: str | list[Part] | None = None
    name: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    is_error: bool | None = None
    """A tool's answer that reports a failure (Anthropic)."""
    refusal: str | None = None
    audio: AudioReference | None = None
    function_call: FunctionCall | None = None
    reasoning_content: str | None = None
    thinking_blocks: list[ThinkingPart | RedactedThinkingPart] | None = None
    native_blocks: list[NativePart] | None = None
    """Blocks of an earlier answer that only its provider understands."""
    cache_control: dict[str, Any] | None = None
    extra_content: dict[str, Any] | None = None

    def parts(self) -> list[Part]:
        """The content as parts; an empty text is no part."""
        if isinstance(self.content, str):
            return [TextPart(text=self.content)] if self.content else []
        return self.content or []

    def text(self) -> str:
        """All text of the content, one part after the other."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content or () if isinstance(part, TextPart))
