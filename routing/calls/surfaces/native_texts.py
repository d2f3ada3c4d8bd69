"""Masked texts in the body of another format's door: put where they stand, so that the rest of the body leaves as it came."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from routing.calls.surfaces.forms import put_in_form
from routing.calls.surfaces.request_walk import AS_JSON, Place, RequestWalk, as_json
from routing.calls.surfaces.walk import Path
from routing.calls.written import Patch


def with_texts(kind: str, tree: dict[str, Any], replaced: Mapping[str, str]) -> dict[str, Any] | None:
    """The body with new texts for old ones, wherever they stand; None if one of them does not stand in it as such.

    kind: the provider kind whose format the body has. A caller of this who gets None must write the body anew from the request.
    """
    patch, unseen, objects = Patch(tree), set(replaced), set[Path]()
    for path, value in _as_texts(tree, ()):
        if (new := replaced.get(written := as_json(value))) is not None and not _within(path, objects):
            if (inside := _object(new)) is None:
                return None
            patch.put(path, _merged(value, inside))
            objects.add(path)
            unseen.discard(written)
    for place in _places(kind, tree):
        new = replaced.get(place.text)
        path = place.path[1:]
        if new is None or _within(path, objects):
            continue
        if place.form in ("names", "numbers"):
            return None
        patch.put(path, put_in_form(patch.get(path), place.form, new))
        unseen.discard(place.text)
    still = {place.text for place in _places(kind, patch.tree)}
    return None if unseen or any(old in still and old != new for old, new in replaced.items()) else patch.tree


def _within(path: Path, objects: set[Path]) -> bool:
    return any(path[:length] in objects for length in range(1, len(path) + 1)) if objects else False


def _places(kind: str, tree: Mapping[str, Any]) -> list[Place]:
    return RequestWalk().of_native(kind, tree, root="native").places


def _as_texts(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The objects that the call format inside holds as JSON in a string, outermost first."""
    if type(value) is list:
        for index, item in enumerate(value):
            yield from _as_texts(item, (*path, index))
    elif type(value) is dict:
        for name, item in value.items():
            if name in AS_JSON and type(item) is dict:
                yield (*path, name), item
            yield from _as_texts(item, (*path, name))


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return value if type(value) is dict else None


def _merged(old: Any, new: Any) -> Any:
    """The new value, sharing with the old one what is the same."""
    if type(old) is not type(new):
        return new
    if type(new) is dict:
        return {name: _merged(old[name], item) if name in old else item for name, item in new.items()}
    if type(new) is list and len(new) == len(old):
        return [_merged(*each) for each in zip(old, new, strict=True)]
    return old if new == old else new
