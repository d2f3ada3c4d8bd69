"""Data URIs: images, audio and documents inside a request."""

import base64
import binascii
import re
from typing import NamedTuple

_DATA_URI = re.compile(
    r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?P<parameters>(?:;[\w.+=\"-]+)*?)(?P<base64>;base64)?,", re.ASCII
)
AUDIO_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mp3",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
    "aiff": "audio/aiff",
}
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "application/csv")


class Media(NamedTuple):
    """A media type and its data as base64."""

    media_type: str
    base64: str


def data_uri(uri: str) -> Media | None:
    """The content of a data URI, or None if it is none."""
    match = _DATA_URI.match(uri)
    if match is None:
        return None
    data = uri[match.end() :]
    if not match["base64"]:
        data = base64.b64encode(data.encode()).decode()
    media_type = (match["type"] or "text/plain").lower()
    return Media("image/jpeg" if media_type == "image/jpg" else media_type, data)


def document_text(media: Media) -> str | None:
    """The text of a text file; None for any other."""
    if not media.media_type.startswith(_TEXT_TYPES):
        return None
    try:
        return base64.b64decode(media.base64).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
