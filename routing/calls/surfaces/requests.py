"""Every text of a request, to read and to replace."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from routing.calls.requests import ChatRequest, Native, chat_request
from routing.calls.surfaces.request_walk import Place, RequestWalk, Unscanned
from routing.calls.surfaces.walk import Path, Surface, copied, location

_NATIVE = "native"
"""The first step of places in the body that a door passes on as it came."""
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


class Reading(NamedTuple):
    """What guards can read of a request, in the order of the body, and what they cannot."""

    surfaces: list[Surface]
    unscanned: list[Unscanned]


class CannotReplace(ValueError):
    """A text stands where nothing else can: it is the name of a field, or a number among others. `place` names it."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the text at {place} cannot be replaced")
        self.place = place


def read_surfaces(request: ChatRequest) -> Reading:
    """All texts that a provider could be sent: those of `tree`, and those of the `native` body that stand in no text of it.

    Names of fields that a caller chose come joined as `….#names`, short numbers of one list or object as `….#numbers`.
    """
    walk = RequestWalk()
    walk.chat(request.tree)
    if request.native is None:
        return Reading(_surfaces(walk.places), walk.unscanned)
    native = _native_walk(request.native, walk)
    return Reading(_surfaces([*walk.places, *native.places]), [*walk.unscanned, *native.unscanned])


def input_surfaces(request: ChatRequest) -> list[Surface]:
    """The surfaces of `read_surfaces`."""
    return read_surfaces(request).surfaces


def _surfaces(places: Iterable[Place]) -> list[Surface]:
    return [Surface(role, location(path), text) for role, path, text, _ in places]


def _native_walk(native: Native, walk: RequestWalk) -> RequestWalk:
    tree = native.tree if native.tree is not None else msgspec.json.decode(native.body)
    return walk.of_native(native.kind, tree, root=_NATIVE)


def replace_surfaces(request: ChatRequest, texts: Mapping[str, str]) -> ChatRequest:
    """A copy of the request with other texts at these locations. The bytes of another format's door are forgotten.

    Raises ValueError for a location that `input_surfaces` did not give, CannotReplace for one where no other text can stand, and
    InvalidRequest where another text makes the request invalid.
    """
    walk = RequestWalk()
    walk.chat(request.tree)
    tree = put_texts(request.tree, walk.places, {place: new for place, new in texts.items() if not _is_native(place)})
    elsewhere = {place: new for place, new in texts.items() if _is_native(place)}
    if elsewhere:
        tree = _without(tree, request, walk, elsewhere)
    return chat_request(tree)


def _is_native(place: str) -> bool:
    return place.startswith(f"{_NATIVE}.")


def _without(tree: Any, request: ChatRequest, walk: RequestWalk, texts: Mapping[str, str]) -> Any:
    """The tree without texts that were found in the native body alone, which is not sent now: a longer text may hold them."""
    if request.native is None:
        raise ValueError(f"no text at {', '.join(sorted(texts))}")
    old = {location(place.path): place for place in _native_walk(request.native, walk).places}
    for place, new in texts.items():
        if place not in old:
            raise ValueError(f"no text at {place}")
        if old[place].form in ("names", "numbers"):
            raise CannotReplace(place.removeprefix(f"{_NATIVE}."))
        tree = _exchanged(tree, old[place].text, new)
    return tree


def _exchanged(value: Any, old: str, new: str) -> Any:
    if type(value) is str:
        return value.replace(old, new)
    if type(value) is list:
        return [_exchanged(item, old, new) for item in value]
    return {key: _exchanged(item, old, new) for key, item in value.items()} if type(value) is dict else value


def put_texts(tree: Any, places: Iterable[Place], texts: Mapping[str, str]) -> Any:
    """A copy of a body with other texts at these locations. Raises ValueError and CannotReplace."""
    changed, left = copied(tree), dict(texts)
    for place in places:
        where = location(place.path)
        text = left.pop(where, None)
        if text is None or text == place.text:
            continue
        if place.form in ("names", "numbers"):
            raise CannotReplace(where)
        _put(changed, place, text)
    if left:
        raise ValueError(f"no text at {', '.join(sorted(left))}")
    return changed


def _put(tree: Any, place: Place, text: str) -> None:
    path: Path = place.path
    for step in path[:-1]:
        tree = tree[step]
    if place.form in ("uri", "base64"):
        head, _, _ = tree[path[-1]].rpartition(",")
        media_type = _CHARSET.sub("", _without_base64(head))
        data = base64.b64encode(text.encode("utf-8", "replace")).decode()
        text = f"{media_type};base64,{data}" if head else data
    tree[path[-1]] = text


def _without_base64(head: str) -> str:
    """The head of a data URI without the word that says how its data is written."""
    media_type, mark, last = head.rpartition(";")
    return media_type.rstrip() if mark and last.strip().lower() == "base64" else head
