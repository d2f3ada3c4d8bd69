"""Token counts of OpenAI's chat completions and of those who imitate them."""

from typing import Any

from routing.calls import Usage
from routing.providers.values import fields, whole


def read_usage(value: Any, *, final: bool = True) -> Usage | None:
    """The usage object, or None if there is none. `final`: whether it counts the whole answer.

    xAI counts reasoning outside `completion_tokens`; the total gives it away. DeepSeek and Moonshot name cached
    tokens otherwise.
    """
    if type(value) is not dict or not value:
        return None
    said, written, total = (
        whole(value.get("prompt_tokens")),
        whole(value.get("completion_tokens")),
        whole(value.get("total_tokens")),
    )
    into, out = fields(value.get("prompt_tokens_details")), fields(value.get("completion_tokens_details"))
    reasoning = whole(out.get("reasoning_tokens")) or whole(value.get("reasoning_tokens"))
    if reasoning and total >= said + written + reasoning:
        written += reasoning
    return Usage(
        input_tokens=said,
        output_tokens=written,
        cached_input_tokens=whole(into.get("cached_tokens"))
        or whole(value.get("prompt_cache_hit_tokens"))
        or whole(value.get("cached_tokens")),
        cache_write_tokens=whole(into.get("cache_write_tokens")),
        input_audio_tokens=whole(into.get("audio_tokens")),
        input_image_tokens=whole(into.get("image_tokens")),
        reasoning_tokens=min(reasoning, written),
        output_audio_tokens=whole(out.get("audio_tokens")),
        output_image_tokens=whole(out.get("image_tokens")),
        accepted_prediction_tokens=whole(out.get("accepted_prediction_tokens")),
        rejected_prediction_tokens=whole(out.get("rejected_prediction_tokens")),
        web_searches=whole(value.get("num_search_queries")),
        estimated=not final,
    )
