"""Every text of an answer."""

from collections.abc import Mapping
from typing import Any

import msgspec

from routing.calls.answers import Completion
from routing.calls.surfaces.walk import IDENTIFIERS, Found, Surface, location, replace, walk


def _walk_answer(tree: Mapping[str, Any]) -> list[Found]:
    found: list[Found] = []
    for index, choice in enumerate(tree["choices"]):
        for key, value in choice.items():
            if key != "logprobs":
                walk(value, ("choices", index, key), "assistant", found)
    walk(tree.get("extra") or {}, ("extra",), "assistant", found)
    return found


def output_surfaces(completion: Completion) -> list[Surface]:
    """All texts of an answer: content, reasoning, refusal, tool arguments, transcripts, citations, and fields not
    known here.
    """
    simple: list[Surface] = []
    for index, choice in enumerate(completion.choices):
        message = choice.message
        if (
            message.tool_calls
            or message.thinking_blocks
            or message.images
            or message.audio
            or message.annotations
            or message.native_blocks
            or message.extra
            or not _says_nothing(choice.stop_detail)
        ):
            break
        where = f"choices[{index}].message"
        texts = (("content", message.content), ("refusal", message.refusal), ("reasoning", message.reasoning))
        simple += [Surface("assistant", f"{where}.{name}", text) for name, text in texts if text]
    else:
        if _says_nothing(completion.extra):
            return simple
    return [Surface(role, location(path), text) for role, path, text in _walk_answer(_answer_tree(completion))]


def _says_nothing(fields: Mapping[str, Any] | None) -> bool:
    return not fields or all(key in IDENTIFIERS and type(value) is str for key, value in fields.items())


def _answer_tree(completion: Completion) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(completion)
    tree.pop("raw", None)
    return tree


def replace_output_surfaces(completion: Completion, texts: Mapping[str, str]) -> Completion:
    """A copy of the answer with other texts at these locations and without the provider's bytes.

    Signed reasoning blocks whose text changes are dropped, since the signature no longer holds. Token logprobs are
    dropped too: they spell out the answer. Raises ValueError for a location that `output_surfaces` did not give.
    """
    tree = _answer_tree(completion)
    changed = replace(tree, _walk_answer(tree), texts)
    for index, choice in enumerate(changed["choices"]):
        choice.pop("logprobs", None)
        blocks = choice["message"].get("thinking_blocks")
        if blocks:
            before = tree["choices"][index]["message"]["thinking_blocks"]
            choice["message"]["thinking_blocks"] = [new for new, old in zip(blocks, before, strict=True) if new == old]
    return msgspec.convert(changed, Completion)
