"""The call format that every front door decodes into and every provider encodes from: OpenAI chat completions as
typed structs.
"""

from routing.calls.answers import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    ToolCallDelta,
    encode_chunk,
    encode_completion,
    sse_event,
)
from routing.calls.embeddings import EmbeddingsAnswer, EmbeddingsRequest, decode_embeddings
from routing.calls.gathering import GatheredAnswer
from routing.calls.invalid import InvalidRequest
from routing.calls.messages import (
    AudioPart,
    CustomCall,
    FilePart,
    FunctionCall,
    ImagePart,
    Message,
    NativePart,
    Part,
    RedactedThinkingPart,
    RefusalPart,
    TextPart,
    ThinkingPart,
    ToolCall,
)
from routing.calls.replay import as_chunks
from routing.calls.requests import ChatRequest, Native, Tool, chat_request, decode_chat
from routing.calls.surfaces import (
    CannotReplace,
    Reading,
    Surface,
    Unscanned,
    input_surfaces,
    output_surfaces,
    read_surfaces,
    replace_output_surfaces,
    replace_surfaces,
)
from routing.calls.usage import Usage, larger_usage

__all__ = [
    "AnswerMessage",
    "AudioPart",
    "CannotReplace",
    "ChatRequest",
    "Choice",
    "Chunk",
    "Completion",
    "CustomCall",
    "Delta",
    "EmbeddingsAnswer",
    "EmbeddingsRequest",
    "FilePart",
    "FunctionCall",
    "GatheredAnswer",
    "ImagePart",
    "InvalidRequest",
    "Message",
    "Native",
    "NativePart",
    "Part",
    "Reading",
    "RedactedThinkingPart",
    "RefusalPart",
    "Surface",
    "TextPart",
    "ThinkingPart",
    "Tool",
    "ToolCall",
    "ToolCallDelta",
    "Unscanned",
    "Usage",
    "as_chunks",
    "chat_request",
    "decode_chat",
    "decode_embeddings",
    "encode_chunk",
    "encode_completion",
    "input_surfaces",
    "larger_usage",
    "output_surfaces",
    "read_surfaces",
    "replace_output_surfaces",
    "replace_surfaces",
    "sse_event",
]
