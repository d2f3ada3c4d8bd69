"""Parts of Google's contents as parts of a message. A part without a counterpart stays what it is."""

from typing import Any

from routing.wire.media import AUDIO_TYPES
from routing.wire.reading import CamelFields

KIND = "google"

Part = dict[str, Any]

_AUDIO_FORMATS = {media_type: name for name, media_type in AUDIO_TYPES.items()} | {
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
}


def read_part(value: Any, where: str) -> Part:
    """A part that is neither a call, nor a tool's answer, nor a thought. Raises InvalidRequest."""
    fields = CamelFields(value, where)
    signature = fields.text("thoughtSignature")
    part = _read(fields)
    if part is None:
        return {"type": "native", "kind": KIND, "block": value}
    own = {**part.pop("own", {}), **fields.left()}
    if signature:
        own["thought_signature"] = signature
    if own:
        part["extra_content"] = {KIND: own}
    return part


def _read(fields: CamelFields) -> Part | None:
    """The part, with what is Google's alone under `own`."""
    if (said := fields.text("text")) is not None:
        return {"type": "text", "text": said}
    if (inline := fields.fields("inlineData")) is not None:
        return _media(inline.text("mimeType") or "application/octet-stream", inline)
    if (file := fields.fields("fileData")) is not None:
        uri, media_type = file.required_text("fileUri"), file.text("mimeType") or ""
        own = {"own": {"mime_type": media_type}} if media_type else {}
        if media_type.startswith("image/"):
            return {"type": "image_url", "image_url": {"url": uri}, **own}
        return {"type": "file", "file": {"file_url": uri}, **own}
    return None


def _media(media_type: str, inline: CamelFields) -> Part:
    data = inline.required_text("data")
    if media_type.startswith("audio/"):
        return {
            "type": "input_audio",
            "input_audio": {"data": data, "format": _AUDIO_FORMATS.get(media_type, media_type)},
        }
    uri = f"data:{media_type};base64,{data}"
    if media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": uri}}
    file = {"file_data": uri}
    if name := inline.text("displayName"):
        file["filename"] = name
    return {"type": "file", "file": file}


def as_content(parts: list[Part]) -> str | list[Part]:
    """Parts as the content of a message: plainly a string where they are one text and nothing else."""
    if not parts:
        return ""
    return parts[0]["text"] if len(parts) == 1 and parts[0].keys() == {"type", "text"} else parts
