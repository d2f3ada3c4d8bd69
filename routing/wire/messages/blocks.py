"""Content blocks of Anthropic's format as parts of a message. A block without a counterpart stays what it is."""

import base64
from collections.abc import Callable
from typing import Any

from routing.calls import InvalidRequest
from routing.wire.reading import Fields

KIND = "anthropic"

Part = dict[str, Any]


def read_content(value: Any, where: str) -> list[Part]:
    """Parts of a content, which is a text or a list of blocks; of none where it is absent. Raises InvalidRequest."""
    if value is None:
        return []
    if type(value) is str:
        return [{"type": "text", "text": value}]
    if type(value) is not list:
        raise InvalidRequest(f"`{where}` must be a string or a list of content blocks.", where)
    return [read_block(block, f"{where}[{index}]") for index, block in enumerate(value)]


def as_content(parts: list[Part]) -> str | list[Part]:
    """Parts as the content of a message: plainly a string where they are one text and nothing else."""
    if not parts:
        return ""
    return parts[0]["text"] if len(parts) == 1 and parts[0].keys() == {"type", "text"} else parts


def read_block(value: Any, where: str) -> Part:
    """One block as a part. Raises InvalidRequest."""
    block = Fields(value, where)
    reader = _READERS.get(block.required_text("type"))
    part = reader(block) if reader else None
    if part is None:
        return {"type": "native", "kind": KIND, "block": value}
    if cache_control := block.tree("cache_control"):
        part["cache_control"] = cache_control
    if left := block.left():
        part["extra_content"] = {KIND: left}
    return part


def _text(block: Fields) -> Part:
    return {"type": "text", "text": block.required_text("text")}


def _image(block: Fields) -> Part | None:
    source = block.required_fields("source")
    kind = source.required_text("type")
    if kind == "base64":
        url = f"data:{source.required_text('media_type')};base64,{source.required_text('data')}"
    elif kind == "url":
        url = source.required_text("url")
    else:
        return None
    return {"type": "image_url", "image_url": {"url": url}}


def _document(block: Fields) -> Part | None:
    source = block.required_fields("source")
    kind = source.required_text("type")
    if kind == "base64":
        file = {"file_data": f"data:{source.required_text('media_type')};base64,{source.required_text('data')}"}
    elif kind == "text":
        data = base64.b64encode(source.required_text("data").encode("utf-8", "surrogatepass")).decode()
        file = {"file_data": f"data:{source.text('media_type') or 'text/plain'};base64,{data}"}
    elif kind == "url":
        file = {"file_url": source.required_text("url")}
    elif kind == "file":
        file = {"file_id": source.required_text("file_id")}
    else:
        return None
    part: Part = {"type": "file", "file": file}
    for name in ("title", "context"):
        if (said := block.text(name)) is not None:
            part[name] = said
    if citations := block.tree("citations"):
        part["citations"] = citations
    return part


_READERS: dict[str, Callable[[Fields], Part | None]] = {"text": _text, "image": _image, "document": _document}
