"""Every place of a request or an answer where text can hide, to read and to replace.

The walk covers the whole body, fields that this program does not know included, so that nothing travels unseen. Not
text are: numbers, booleans, base64 data (images, audio, documents that are not text), and values of the keys in
`IDENTIFIERS` as long as they look like identifiers (no blank, at most 256 characters, or opaque data such as
signatures).
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

SurfaceRole = Literal[
    "system", "user", "assistant", "tool", "document", "tool_arguments", "tool_definition", "parameter", "sealed"
]
"""Who wrote the text. `document`: a file. `tool_definition`: names, descriptions and schemas of tools and answers.
`parameter`: everything else that is sent along, such as metadata, user, stop, and fields that are not known here.
`sealed`: signatures and encrypted reasoning, in which nothing can be read, but which can be a secret."""

IDENTIFIERS = frozenset(
    (
        *("role", "type", "id", "tool_call_id", "tool_use_id", "call_id", "item_id", "file_id", "format", "voice"),
        *("detail", "model", "media_type", "mime_type", "mimeType", "kind", "finish_reason", "status", "tool_choice"),
        *("reasoning_effort", "verbosity", "service_tier", "modalities", "ttl", "object", "display"),
        *("system_fingerprint", "stop_reason", "finishReason", "blockReason"),
    )
)
_OPAQUE = frozenset(
    ("signature", "thought_signature", "thoughtSignature", "encrypted_content", "data", "file_data", "b64_json")
)
_TOOL_ARGUMENTS = frozenset(("arguments", "input"))
_TEXT_MEDIA = ("data:text/", "data:application/json", "data:application/xml", "data:application/yaml")
_IDENTIFIER_MAX_CHARACTERS = 256
_NAME_MAX_CHARACTERS = 40
"""A key longer than this, or with a blank, is a text."""

Path = tuple[str | int, ...]
Found = tuple[SurfaceRole, Path, str]
"""Who wrote a text, where it stands, and the text."""


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
    return "".join(
        [
            f"[{step}]" if type(step) is int else f".#{step.position}" if type(step) is ChosenName else f".{step}"
            for step in path
        ]
    )[1:]


def _document_text(uri: str) -> str | None:
    """Text of a data URI that holds text; None for any other file."""
    if not uri.startswith(_TEXT_MEDIA):
        return None
    head, _, data = uri.partition(",")
    try:
        raw = base64.b64decode(data, validate=False) if head.endswith(";base64") else data.encode()
    except (binascii.Error, ValueError):
        return None
    return raw.decode("utf-8", "replace")


def _is_opaque(key: str | int, text: str) -> bool:
    if key in IDENTIFIERS:
        return len(text) <= _IDENTIFIER_MAX_CHARACTERS and " " not in text
    if key in _OPAQUE or text.startswith("data:"):
        return " " not in text
    return False


def walk(value: Any, path: Path, role: SurfaceRole, found: list[Found]) -> None:
    if type(value) is str:
        key = path[-1] if type(path[-1]) is str or len(path) < 2 else path[-2]
        if key == "file_data" and (text := _document_text(value)) is not None:
            found.append(("document", path, text))
        elif value and not _is_opaque(key, value):
            found.append((role, path, value))
    elif type(value) is list:
        for index, item in enumerate(value):
            walk(item, (*path, index), role, found)
    elif type(value) is dict:
        schema = role == "tool_definition" and path[-1] in ("properties", "$defs", "definitions")
        if names := [key for key in value if schema or len(key) > _NAME_MAX_CHARACTERS or " " in key]:
            found.append((role, (*path, "#names"), "\n".join(names)))
        for key, item in value.items():
            if key == "file" or (key == "source" and role != "tool_definition"):
                walk(item, (*path, key), "document", found)
            elif key in _TOOL_ARGUMENTS and role == "assistant":
                walk(item, (*path, key), "tool_arguments", found)
            else:
                walk(item, (*path, key), role, found)


def copied(value: Any) -> Any:
    """A copy of plain values, to be changed in place."""
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return value


def _put(tree: Any, path: Path, text: str) -> None:
    for step in path[:-1]:
        tree = tree[step]
    old = tree[path[-1]]
    if path[-1] == "file_data" and isinstance(old, str):
        media = old[: old.index(",")].removesuffix(";base64")
        text = f"{media};base64,{base64.b64encode(text.encode()).decode()}"
    tree[path[-1]] = text


def replace(tree: Any, found: list[Found], texts: Mapping[str, str]) -> Any:
    changed, left = copied(tree), dict(texts)
    for _, path, _ in found:
        text = left.pop(location(path), None)
        if text is None:
            continue
        if path[-1] == "#names":
            raise ValueError("names in a schema cannot be replaced")
        _put(changed, path, text)
    if left:
        raise ValueError(f"no text at {', '.join(sorted(left))}")
    return changed
