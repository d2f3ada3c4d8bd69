"""Content parts of OpenAI's Responses format as parts of a message. A part without a counterpart stays what it is."""

from collections.abc import Callable
from typing import Any

from routing.calls import InvalidRequest
from routing.wire.reading import Fields

KIND = "openai_responses"

Part = dict[str, Any]


def read_content(value: Any, where: str) -> list[Part]:
    """Parts of a content, which is a text or a list of parts. Raises InvalidRequest."""
    if type(value) is str:
        return [{"type": "text", "text": value}]
    if type(value) is not list:
        raise InvalidRequest(f"`{where}` must be a string or a list of content parts.", where)
    return [_read_part(part, f"{where}[{index}]") for index, part in enumerate(value)]


def as_content(parts: list[Part]) -> str | list[Part]:
    """Parts as the content of a message: plainly a string where they are one text and nothing else."""
    if not parts:
        return ""
    return parts[0]["text"] if len(parts) == 1 and parts[0].keys() == {"type", "text"} else parts


def _read_part(value: Any, where: str) -> Part:
    fields = Fields(value, where)
    reader = _READERS.get(fields.required_text("type"))
    part = reader(fields) if reader else None
    if part is None:
        return {"type": "native", "kind": KIND, "block": value}
    if left := {name: found for name, found in fields.left().items() if found != []}:
        part["extra_content"] = {KIND: left}
    return part


def _text(fields: Fields) -> Part:
    return {"type": "text", "text": fields.required_text("text")}


def _refusal(fields: Fields) -> Part:
    return {"type": "refusal", "refusal": fields.required_text("refusal")}


def _image(fields: Fields) -> Part | None:
    url = fields.text("image_url")
    if url is None:
        return None
    image = {"url": url}
    if detail := fields.text("detail"):
        image["detail"] = detail
    return {"type": "image_url", "image_url": image}


def _file(fields: Fields) -> Part:
    names = ("filename", "file_data", "file_id", "file_url")
    return {"type": "file", "file": {name: found for name in names if (found := fields.text(name)) is not None}}


def _audio(fields: Fields) -> Part:
    audio = fields.required_fields("input_audio")
    return {
        "type": "input_audio",
        "input_audio": {"data": audio.required_text("data"), "format": audio.required_text("format")},
    }


_READERS: dict[str, Callable[[Fields], Part | None]] = {
    "input_text": _text,
    "output_text": _text,
    "text": _text,
    "refusal": _refusal,
    "input_image": _image,
    "input_file": _file,
    "input_audio": _audio,
}
