"""Settings that money depends on inside of objects, where a server might obey them unseen; and Google's, in one case."""

from collections.abc import Mapping
from typing import Any

from routing.calls import InvalidRequest
from routing.money_names import (
    ANSWERS,
    CONTAINERS,
    LEAST,
    MODALITIES,
    ONE_SPELLING,
    OTHER_MODELS,
    STORED,
    THOUGHTS,
    TIERS,
    UNBOUNDED,
    costs_more,
    is_dearer,
    is_limit,
    number_of,
    plain_name,
)

Tree = dict[str, Any]


def within(value: Tree, limit: int, where: str) -> Tree:
    """An object of reasoning settings with its numbers within the limit. Raises InvalidRequest."""
    inner = dict(value)
    for name, said in value.items():
        plain = plain_name(name)
        if plain in THOUGHTS or is_limit(plain):
            if said is not None and type(said) is not bool and number_of(said) > limit - 1:
                inner[name] = max(limit - 1, 0)
        elif plain in ANSWERS or (plain in TIERS and is_dearer(said)):
            raise InvalidRequest(f"`{where}{name}` is not taken here; say it beside `model`.", where + name)
        elif type(said) is dict and plain not in ("format", "schema"):
            inner[name] = within(said, limit, f"{where}{name}.")
    return inner


def unseen(where: str) -> InvalidRequest:
    """The refusal of a text that only the provider has."""
    return InvalidRequest(f"`{where}` names a text that only the provider has; send the content itself.", where)


def refuse_inside(value: Any, where: str, *, merged: bool = False) -> None:
    """Settings that money depends on, inside an object that is not known here: a server might obey them unseen.

    merged: of an object whose fields a server may take as if they stood beside `model`.
    """
    if type(value) is list:
        for index, item in enumerate(value):
            refuse_inside(item, f"{where}[{index}]", merged=merged)
    elif type(value) is dict:
        for name, item in value.items():
            plain = plain_name(name)
            inner = type(item) is dict or type(item) is list
            if plain in STORED:
                raise unseen(f"{where}.{name}")
            if (not inner and _obeyed(plain, item)) or (merged and _obeyed_if_merged(plain, item)):
                raise InvalidRequest(f"`{where}.{name}` is not taken here; say it beside `model`.", f"{where}.{name}")
            if inner:
                refuse_inside(item, f"{where}.{name}", merged=merged or plain in CONTAINERS)


def _obeyed(plain: str, value: Any) -> bool:
    """No number, or one below zero, lifts a limit."""
    return (is_limit(plain) and number_of(value) != 1) or (plain in ANSWERS and not 0 <= number_of(value) <= 1)


def _obeyed_if_merged(plain: str, value: Any) -> bool:
    if plain in TIERS:
        return is_dearer(value)
    if plain in UNBOUNDED:
        return value is not None and costs_more(plain, value)
    return plain in ONE_SPELLING or plain in OTHER_MODELS or plain in MODALITIES or plain in THOUGHTS or plain in LEAST


_CAMEL: Mapping[str, str] = {
    plain_name(name): name
    for name in (
        *("generationConfig", "maxOutputTokens", "candidateCount", "thinkingConfig", "thinkingBudget", "thinkingLevel"),
        *("includeThoughts", "serviceTier", "responseModalities", "toolConfig", "cachedContent", "systemInstruction"),
    )
}


def in_one_case(tree: Tree, where: str = "") -> Tree:
    """Google's fields that money depends on, in camel case alone. Raises InvalidRequest for one in both spellings."""
    changed, seen = False, {}
    for name, value in tree.items():
        plain = plain_name(name)
        written = _CAMEL.get(plain, name)
        if plain in ("generationconfig", "thinkingconfig") and type(value) is dict:
            inner = in_one_case(value, f"{where}{written}.")
            changed = changed or inner is not value
            value = inner
        if written in seen or (plain != name and written != name and written in tree):
            raise InvalidRequest(f"`{where}{written}` stands there in two spellings; send one.", f"{where}{written}")
        changed = changed or written != name
        seen[written] = value
    return seen if changed else tree
