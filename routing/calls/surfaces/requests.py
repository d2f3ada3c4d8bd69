"""Every text of a request, to read and to replace."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from routing.calls.requests import ChatRequest, Native
from routing.calls.surfaces.forms import put_in_form
from routing.calls.surfaces.native_texts import with_texts
from routing.calls.surfaces.request_walk import Place, RequestWalk, Unscanned
from routing.calls.surfaces.walk import Surface, location
from routing.calls.written import Patch

_NATIVE = "native"
"""The first step of places in the body that a door passes on as it came."""


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
    return walk.of_native(native.kind, native.tree, root=_NATIVE)


def replace_surfaces(request: ChatRequest, texts: Mapping[str, str]) -> ChatRequest:
    """A copy of the request with other texts at these locations, also in the body of another format's door.

    Raises ValueError for a location that `input_surfaces` did not give, CannotReplace for one where no other text can stand, and
    InvalidRequest where another text makes the request invalid.
    """
    walk = RequestWalk()
    walk.chat(request.tree)
    places = {location(place.path): place for place in walk.places}
    here = {place: new for place, new in texts.items() if not _is_native(place)}
    tree = put_texts(request.tree, walk.places, here)
    replaced = {places[place].text: new for place, new in here.items() if places[place].text != new}
    elsewhere = {place: new for place, new in texts.items() if _is_native(place)}
    if elsewhere:
        found = _found_elsewhere(request, walk, elsewhere)
        for old, new in found.items():
            tree = _exchanged(tree, old, new)
            replaced.setdefault(old, new)
    changed = request.grown(tree)
    if (
        request.native is not None
        and (own := with_texts(request.native.kind, request.native.tree, replaced)) is not None
    ):
        return changed.with_native(request.native.kind, request.native.written, own)
    return changed


def _is_native(place: str) -> bool:
    return place.startswith(f"{_NATIVE}.")


def _found_elsewhere(request: ChatRequest, walk: RequestWalk, texts: Mapping[str, str]) -> dict[str, str]:
    """Texts that were found in the native body alone, and what stands for them. A longer text of the request may hold them."""
    if request.native is None:
        raise ValueError(f"no text at {', '.join(sorted(texts))}")
    old = {location(place.path): place for place in _native_walk(request.native, walk).places}
    for place in texts:
        if place not in old:
            raise ValueError(f"no text at {place}")
        if old[place].form in ("names", "numbers"):
            raise CannotReplace(place.removeprefix(f"{_NATIVE}."))
    return {old[place].text: new for place, new in texts.items()}


def _exchanged(value: Any, old: str, new: str) -> Any:
    if type(value) is str:
        return value.replace(old, new)
    if type(value) is list:
        return [_exchanged(item, old, new) for item in value]
    return {key: _exchanged(item, old, new) for key, item in value.items()} if type(value) is dict else value


def put_texts(tree: Any, places: Iterable[Place], texts: Mapping[str, str]) -> Any:
    """A body with other texts at these locations, sharing with the old one what stays. Raises ValueError and CannotReplace."""
    patch, left = Patch(tree), dict(texts)
    for place in places:
        where = location(place.path)
        text = left.pop(where, None)
        if text is None or text == place.text:
            continue
        if place.form in ("names", "numbers"):
            raise CannotReplace(where)
        patch.put(place.path, put_in_form(patch.get(place.path), place.form, text))
    if left:
        raise ValueError(f"no text at {', '.join(sorted(left))}")
    return patch.tree
