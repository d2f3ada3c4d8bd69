"""Every text of an answer, whole or a piece of it, to read and to replace."""

import base64
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from routing.calls.answers import AnswerMessage, Completion
from routing.calls.surfaces.answer_walk import AnswerWalk, Place
from routing.calls.surfaces.request_walk import Unscanned
from routing.calls.surfaces.walk import Path, Surface, copied, location

NATIVE = "native"
"""The first step of places in the provider's own bytes."""
NATIVE_PLACE = f"{NATIVE}."
"""How the location of such a place begins."""
_SHORT_CHARACTERS = 256


class AnswerPart:
    """The texts of a piece of an answer, as plain values: of a choice, or of whatever stands at `path`."""

    def __init__(self, value: Any, path: Path) -> None:
        self._value = value
        self._path = path
        walk = AnswerWalk()
        if len(path) == 2 and path[0] == "choices":
            walk.choice(value, path)
        elif len(path) > 2 and path[-2] == "tool_calls":
            walk.tool_call(value, path)
        else:
            walk.value(value, path)
        self._places = walk.places
        self.unscanned = walk.unscanned
        self.surfaces = _surfaces(walk.places)

    def replaced(self, texts: Mapping[str, str]) -> Any:
        """A copy with other texts at these locations."""
        return _put_all(self._value, self._places, texts, below=len(self._path))


class AnswerReading(NamedTuple):
    """What guards can read of an answer, and what they cannot."""

    surfaces: list[Surface]
    unscanned: list[Unscanned]


def read_answer(completion: Completion, *, known: Iterable[str] = ()) -> AnswerReading:
    """All texts of an answer that could reach a caller, the provider's own bytes included where the answer still has them: then
    what stands in no other text, nor is one of those `known`, comes below `native`.
    """
    walk = _read(completion, known)
    return AnswerReading(_surfaces(walk.places), walk.unscanned)


def output_surfaces(completion: Completion) -> list[Surface]:
    """The surfaces of `read_answer`."""
    return _surfaces(_read(completion).places)


def _surfaces(places: Iterable[Place]) -> list[Surface]:
    return [Surface(role, location(path), text) for role, path, text, _ in places]


def _read(completion: Completion, known: Iterable[str] = ()) -> AnswerWalk:
    walk = AnswerWalk()
    for index, choice in enumerate(completion.choices):
        path: Path = ("choices", index)
        message = choice.message
        if choice.logprobs or choice.stop_detail or _says_more(message):
            walk.choice(msgspec.to_builtins(choice), path)
            continue
        for name, text in (
            ("content", message.content),
            ("refusal", message.refusal),
            ("reasoning", message.reasoning),
        ):
            if text:
                walk.places.append(Place("assistant", (*path, "message", name), text))
    if completion.extra:
        walk.value(completion.extra, ("extra",))
    if completion.raw is not None:
        _read_native(completion.raw, walk, known)
    return walk


def _says_more(message: AnswerMessage) -> bool:
    """Whether anything stands beside what was said."""
    return bool(
        message.tool_calls
        or message.thinking_blocks
        or message.images
        or message.audio
        or message.annotations
        or message.native_blocks
        or message.extra
    )


def _read_native(raw: bytes, walk: AnswerWalk, known: Iterable[str]) -> None:
    """What stands in the provider's own bytes alone; short texts joined, since nothing of them can be replaced one by one."""
    native = AnswerWalk(known=frozenset([*known, *[place.text for place in walk.places]]))
    native.value(msgspec.json.decode(raw), (NATIVE,))
    short: list[str] = []
    words: list[str] = []
    for place in native.places:
        if place.form == "words":
            words.append(place.text)
        elif place.role == "parameter" and len(place.text) <= _SHORT_CHARACTERS:
            short.append(place.text)
        else:
            walk.places.append(place)
    if short:
        walk.places.append(Place("parameter", (NATIVE, "#short"), "\n".join(short)))
    if words:
        walk.places.append(Place("sealed", (NATIVE, "#words"), "\n".join(words)))
    walk.unscanned = native.unscanned or walk.unscanned


def replace_output_surfaces(completion: Completion, texts: Mapping[str, str]) -> Completion:
    """A copy of the answer with other texts at these locations and without the provider's bytes.

    Signed reasoning blocks whose text changes are dropped, since the signature no longer holds. Token logprobs are
    dropped too: they spell out the answer. Raises ValueError for a location that `output_surfaces` did not give.
    """
    left = {place: text for place, text in texts.items() if not place.startswith(NATIVE_PLACE)}
    walk = _read(msgspec.structs.replace(completion, raw=None))
    tree: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(completion, raw=None))
    if left:
        changed = _put_all(tree, walk.places, left)
    else:
        changed = copied(tree)
    for index, choice in enumerate(changed["choices"]):
        choice.pop("logprobs", None)
        blocks = choice["message"].get("thinking_blocks")
        if blocks:
            before = tree["choices"][index]["message"]["thinking_blocks"]
            choice["message"]["thinking_blocks"] = unchanged(blocks, before)
    return msgspec.convert(changed, Completion)


def unchanged(blocks: list[Any], before: list[Any]) -> list[Any]:
    """The blocks in which nothing was replaced."""
    return [new for new, old in zip(blocks, before, strict=True) if new == old]


def _put_all(value: Any, places: Iterable[Place], texts: Mapping[str, str], *, below: int = 0) -> Any:
    changed, left = copied(value), dict(texts)
    names: list[tuple[Path, str]] = []
    for place in places:
        text = left.pop(location(place.path), None)
        if text is None or text == place.text:
            continue
        path = place.path[below:]
        if place.form == "words":
            path, text = path[:-1], text.replace(" ", "_")
        if path[-1] == "#name":
            names.append((path[:-1], text))
        else:
            _put(changed, path, place, text)
    for path, text in reversed(names):  # what stands inside an object is renamed before the object itself
        parent = _at(changed, path[:-1])
        if parent is not None and path[-1] in parent:
            parent[text] = parent.pop(path[-1])
    if left:
        raise ValueError(f"no text at {', '.join(sorted(left))}")
    return changed


def _at(tree: Any, path: Path) -> Any:
    try:
        for step in path:
            tree = tree[step]
    except (KeyError, IndexError, TypeError):
        return None
    return tree


def _put(tree: Any, path: Path, place: Place, text: str) -> None:
    if place.form == "logprobs":
        while path and path[-1] != "logprobs":
            path = path[:-1]
        parent = _at(tree, path[:-1])
        if parent is not None:
            parent.pop("logprobs", None)
        return
    if place.form in ("numbers", "written"):
        path = path[:-1]
        text = ""
    parent = _at(tree, path[:-1])
    if parent is None or _at(parent, path[-1:]) is None:
        return  # it went with what it stood in
    if place.form == "sealed":
        if type(parent) is dict:
            parent.pop(path[-1], None)
        else:
            parent[path[-1]] = ""
    elif place.form == "numbers":
        parent[path[-1]] = []
    elif place.form == "identifier":
        parent[path[-1]] = new_identifier()
    elif place.form == "document":
        parent[path[-1]] = _encoded(parent[path[-1]], text)
    else:
        parent[path[-1]] = text


def new_identifier() -> str:
    """Stands for an identifier of a tool call that policy does not let through."""
    return f"call_{secrets.token_hex(12)}"


def _encoded(old: str, text: str) -> str:
    data = base64.b64encode(text.encode("utf-8", "replace")).decode()
    head, comma, _ = old.rpartition(",")
    return f"{re.sub(r'(?i);base64$', '', head)};base64,{data}" if comma else data
