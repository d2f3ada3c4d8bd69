"""What kinds of content a request carries."""

from routing.calls import AudioPart, ChatRequest, FilePart, ImagePart

_KINDS = {ImagePart: "image", AudioPart: "audio", FilePart: "document"}
TEXT = ("text",)


def modalities_of(request: ChatRequest) -> tuple[str, ...]:
    """`text` and whatever else the messages carry."""
    found: set[str] = set()
    for message in request.messages:
        if not isinstance(message.content, str) and message.content is not None:
            found.update(_KINDS[type(part)] for part in message.content if type(part) in _KINDS)
    return TEXT + tuple(sorted(found)) if found else TEXT
