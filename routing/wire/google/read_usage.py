"""What an answer of Google's used."""

from typing import Any

import msgspec

from routing.calls import Usage
from routing.wire.values import Counts, fields, objects, text, whole


def read_usage(value: Any, *, final: bool = True) -> Usage | None:
    """Counts, converted: thoughts are output, the prompts of Google's own tools are input; cached tokens are in the
    prompt already.
    """
    tree = fields(value)
    if not any(name.endswith("TokenCount") for name in tree):
        return None
    counts = Counts(tree)
    by_input = _by_modality(tree.get("promptTokensDetails"))
    by_output = _by_modality(tree.get("candidatesTokensDetails"))
    thoughts = counts.count("thoughtsTokenCount")
    usage = Usage(
        input_tokens=counts.count("promptTokenCount") + counts.count("toolUsePromptTokenCount"),
        output_tokens=counts.count("candidatesTokenCount") + thoughts,
        cached_input_tokens=counts.count("cachedContentTokenCount"),
        input_audio_tokens=by_input.get("AUDIO", 0),
        input_image_tokens=by_input.get("IMAGE", 0),
        reasoning_tokens=thoughts,
        output_audio_tokens=by_output.get("AUDIO", 0),
        output_image_tokens=by_output.get("IMAGE", 0),
        estimated=not final,
    )
    return usage if counts.readable else msgspec.structs.replace(usage, estimated=True)


def _by_modality(details: Any) -> dict[str | None, int]:
    return {text(item.get("modality")): whole(item.get("tokenCount")) for item in objects(details)}
