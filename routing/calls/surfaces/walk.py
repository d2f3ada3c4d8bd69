"""The words of both walks: who wrote a text, and where it stands."""

from typing import Any, Literal, NamedTuple

SurfaceRole = Literal[
    "system", "user", "assistant", "tool", "document", "tool_arguments", "tool_definition", "parameter", "sealed"
]
"""Who wrote the text. `document`: a file. `tool_definition`: names, descriptions and schemas of tools and answers.
`parameter`: everything else that is sent along, such as metadata, user, stop, and fields that are not known here.
`sealed`: signatures and encrypted reasoning, in which nothing can be read, but which can be a secret."""

Path = tuple[str | int, ...]


class Surface(NamedTuple):
    """One text. `location` names it in the body, such as `messages[3].content[0].text`; it is stable for one request."""

    role: SurfaceRole
    location: str
    text: str


class ChosenName(str):
    """A step that is a name of the caller's own. A place names it by its position in the object, since it can hold anything."""

    __slots__ = ("position",)
    position: int


def chosen_name(name: str, position: int) -> ChosenName:
    """A caller's own name, the `position`-th of its object from 0."""
    chosen = ChosenName(name)
    chosen.position = position
    return chosen


def location(path: Path) -> str:
    """A place in words, without any that a caller chose."""
    if len(path) == 3 and path[0] == "messages" and path[2] == "content":  # where most texts stand
        return f"messages[{path[1]}].content"
    return "".join(
        [
            f"[{step}]" if type(step) is int else f".#{step.position}" if type(step) is ChosenName else f".{step}"
            for step in path
        ]
    )[1:]


def copied(value: Any) -> Any:
    """A copy of plain values, to be changed in place."""
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return value
