"""The one table of places in requests whose content guards cannot read: media, signatures and encrypted reasoning.

A place is the path of a field without the positions in lists. A field counts as opaque only where its format puts such data, and
only if the data is what it should be there: a file that its first bytes prove to be an image, a recording or a document, or
sealed bytes. Everything else that stands there is a text.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

Encoding = Literal["uri", "base64", "sealed"]
"""A base64 data URI, base64, or bytes that only their author can read."""

_ANTHROPIC_BLOCK: dict[str, Encoding] = {
    "source.data": "base64",
    "source.content.source.data": "base64",
    "content.source.data": "base64",
    "content.source.content.source.data": "base64",
    "content.content.source.data": "base64",
    "content.encrypted_content": "sealed",
    "citations.encrypted_index": "sealed",
    "signature": "sealed",
    "data": "sealed",
}
_GOOGLE_PART: dict[str, Encoding] = {
    "inlineData.data": "base64",
    "functionResponse.parts.inlineData.data": "base64",
    "thoughtSignature": "sealed",
}
_RESPONSES_ITEM: dict[str, Encoding] = {
    "encrypted_content": "sealed",
    "result": "base64",
    "content.image_url": "uri",
    "content.file_data": "uri",
    "content.input_audio.data": "base64",
    "output.image_url": "uri",
    "output.file_data": "uri",
    "output.input_audio.data": "base64",
}
_RESPONSES_PART: dict[str, Encoding] = {"image_url": "uri", "file_data": "uri", "input_audio.data": "base64"}
_CHAT_PART: dict[str, Encoding] = {
    "image_url.url": "uri",
    "input_audio.data": "base64",
    "file.file_data": "uri",
    "signature": "sealed",
    "data": "sealed",
    "extra_content.google.thought_signature": "sealed",
}
_BLOCKS: dict[str, Encoding] = {
    f"block.{place}": encoding
    for block in (_ANTHROPIC_BLOCK, _GOOGLE_PART, _RESPONSES_ITEM, _RESPONSES_PART)
    for place, encoding in block.items()
}


def _below(roots: Iterable[str], *tables: Mapping[str, Encoding]) -> dict[str, Encoding]:
    return {f"{root}.{place}": encoding for root in roots for table in tables for place, encoding in table.items()}


OPAQUE: Mapping[str, Mapping[str, Encoding]] = {
    "chat": {
        **_below(("messages.content",), _CHAT_PART, _BLOCKS),
        **_below(("messages.thinking_blocks",), {"signature": "sealed", "data": "sealed"}),
        **_below(("messages.native_blocks",), _BLOCKS),
        **_below(("messages.reasoning_details",), {"signature": "sealed", "data": "sealed"}),
        **_below(("messages", "messages.tool_calls"), {"extra_content.google.thought_signature": "sealed"}),
    },
    "anthropic": _below(("system", "messages.content"), _ANTHROPIC_BLOCK),
    "google": _below(("contents.parts", "systemInstruction.parts"), _GOOGLE_PART),
    "openai_responses": _below(("input",), _RESPONSES_ITEM),
}
"""By format: `chat` is the call format inside, the others are provider kinds whose bodies a door passes on as they came."""

LAST_STEPS = frozenset(place.rpartition(".")[2] for table in OPAQUE.values() for place in table)
"""The names of fields that can be opaque at all."""
