"""Token counts of OpenAI's chat completions and of those who imitate them."""

from typing import Any

from msgspec.structs import replace

from routing.calls import Usage
from routing.wire.values import Counts


def read_usage(value: Any, *, final: bool = True) -> Usage | None:
    """The usage object, or None if there is none. `final`: whether it counts the whole answer.

    xAI counts reasoning outside `completion_tokens`; the total gives it away. DeepSeek and Moonshot name cached
    tokens otherwise.
    """
    if type(value) is not dict or not value:
        return None
    counts = Counts(value)
    said, written, total = (
        counts.count("prompt_tokens"),
        counts.count("completion_tokens"),
        counts.count("total_tokens"),
    )
    if counts.readable and not (said or written or total):
        return None  # nothing was counted: silence, in the form of zeros
    into, out = "prompt_tokens_details", "completion_tokens_details"
    reasoning = counts.count("reasoning_tokens", out) or counts.count("reasoning_tokens")
    if reasoning and total >= said + written + reasoning:
        written += reasoning
    cached = (
        counts.count("cached_tokens", into) or counts.count("prompt_cache_hit_tokens") or counts.count("cached_tokens")
    )
    usage = Usage(
        input_tokens=said,
        output_tokens=written,
        cached_input_tokens=cached,
        cache_write_tokens=counts.count("cache_write_tokens", into),
        input_audio_tokens=counts.count("audio_tokens", into),
        input_image_tokens=counts.count("image_tokens", into),
        reasoning_tokens=min(reasoning, written),
        output_audio_tokens=counts.count("audio_tokens", out),
        output_image_tokens=counts.count("image_tokens", out),
        accepted_prediction_tokens=counts.count("accepted_prediction_tokens", out),
        rejected_prediction_tokens=counts.count("rejected_prediction_tokens", out),
        web_searches=counts.count("num_search_queries"),
        estimated=not final,
    )
    return usage if counts.readable else replace(usage, estimated=True)
