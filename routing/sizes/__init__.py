"""How large a call is in the units that a model counts: tokens by part, never bytes of the body."""

from routing.sizes.largest import largest_part
from routing.sizes.prompt import BatchSize, PromptSize, Size, size_of_batch, size_of_prompt
from routing.sizes.texts import least_text_tokens, text_tokens

__all__ = [
    "BatchSize",
    "PromptSize",
    "Size",
    "largest_part",
    "least_text_tokens",
    "size_of_batch",
    "size_of_prompt",
    "text_tokens",
]
