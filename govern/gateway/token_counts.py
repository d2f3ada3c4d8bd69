"""`POST /v1/messages/count_tokens`: how many tokens a prompt will be, estimated here.

No provider is asked: its own count would be a way out for prompts that no guard has seen and no record knows.
"""

from collections.abc import Sequence

from routing.calls import AudioPart, ChatRequest, FilePart, ImagePart, Surface
from routing.describe import BYTES_PER_TOKEN
from routing.money import AUDIO_BYTES_PER_TOKEN, DOCUMENT_TOKENS

MESSAGE_TOKENS = 4
IMAGE_TOKENS = 1_600
"""Of an image of the largest size that Anthropic does not scale down."""


def estimated_tokens(request: ChatRequest, surfaces: Sequence[Surface]) -> int:
    """The tokens of a prompt with its tools: texts by their bytes, media by kind."""
    texts = sum(len(surface.text.encode("utf-8", "surrogatepass")) for surface in surfaces)
    tokens = texts // BYTES_PER_TOKEN + MESSAGE_TOKENS * len(request.messages)
    for message in request.messages:
        for part in message.parts():
            if isinstance(part, ImagePart):
                tokens += IMAGE_TOKENS
            elif isinstance(part, FilePart):
                tokens += DOCUMENT_TOKENS
            elif isinstance(part, AudioPart):
                tokens += len(part.input_audio.data) // AUDIO_BYTES_PER_TOKEN
    return max(1, tokens)
