"""The walk over a request's body: every text of it, with who wrote it, and what guards cannot read.

Every string counts, at any depth and under any name, and so do numbers with as many digits as a card or a phone number has, and the
names of fields that no format documents: a caller chose them. Left out are only the values of `CONSTANTS` where a format expects
one of them, and what `opaque.OPAQUE` names.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from routing.calls.surfaces.contents import Content, base64_content, data_uri_content, is_sealed
from routing.calls.surfaces.forms import Form
from routing.calls.surfaces.opaque import LAST_STEPS, OPAQUE, Encoding
from routing.calls.surfaces.vocabulary import CONSTANT_FIELDS, CONSTANTS, FIELDS, NAME_MAPS
from routing.calls.surfaces.walk import Path, SurfaceRole, chosen_name

MOST_DIGITS_UNSEEN = 6
"""Shorter numbers cannot hold what guards look for; many of them in one list or object are looked at together."""
_FEW_DIGITS = 10**MOST_DIGITS_UNSEEN
ROLES: Mapping[str, SurfaceRole] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
    "model": "assistant",
}

_LONGEST_HEAD = 256
"""Of a data URI: `data:`, its media type with parameters, `;base64`."""
_TURNS = frozenset(("messages", "contents", "input"))
_ELSEWHERE = frozenset(("file_id", "file_url", "fileUri"))
"""Fields that name a file which only the provider reads."""
AS_JSON = frozenset(("input", "args", "response"))
"""Objects that the call format inside holds as JSON in a string."""


class Place(NamedTuple):
    """A text of a body and where it stands."""

    role: SurfaceRole
    path: Path
    text: str
    form: Form = "text"


class Unscanned(NamedTuple):
    """Content that guards cannot read: `image`, `audio`, `video`, `document`, `sealed` (signatures and encrypted reasoning),
    `remote` (a file at an address, or kept by the provider) or `unknown`, and its size."""

    kind: str
    size_bytes: int


class RequestWalk:
    """Collects the places of one body of a format."""

    def __init__(self, kind: str = "chat") -> None:
        self.places: list[Place] = []
        self.unscanned: list[Unscanned] = []
        self._opaque = OPAQUE[kind]
        self._depth = 0 if kind == "chat" else 1
        self._files: set[str] = set()
        """Data of files that were found to be no text."""
        self._read: frozenset[str] = frozenset()
        """Texts that need not be read again."""

    def chat(self, tree: Mapping[str, Any]) -> None:
        """A request in the call format inside."""
        for position, (key, value) in enumerate(tree.items()):
            if key == "messages":
                for index, message in enumerate(value):
                    self._message(message, index)
            elif key in ("tools", "functions", "response_format"):
                self.value(value, (key,), "tool_definition")
            elif key != "model":
                self.value(value, (key if key in FIELDS else chosen_name(key, position),), "parameter")
        if not tree.keys() <= FIELDS:
            self._names(tree, (), "parameter")

    def of_native(self, kind: str, tree: Mapping[str, Any], *, root: str) -> "RequestWalk":
        """A walk over the body of another format that this one's request came from: what is new in it. Its places begin with `root`."""
        walk = RequestWalk(kind)
        walk._files = self._files
        walk._read = frozenset(place.text for place in self.places)
        for position, (key, value) in enumerate(tree.items()):
            path: Path = (root, key if key in FIELDS else chosen_name(key, position))
            if key in _TURNS:
                turns = (
                    [((*path, index), turn) for index, turn in enumerate(value)]
                    if type(value) is list
                    else [(path, value)]
                )
                for place, turn in turns:
                    said = turn.get("role") if type(turn) is dict else "user"
                    walk.value(turn, place, ROLES.get(said or "", "tool") if type(said) is str else "tool")
            elif key in ("tools", "output_config", "output_format", "text"):
                walk.value(value, path, "tool_definition")
            elif key in ("system", "systemInstruction", "instructions"):
                walk.value(value, path, "system")
            elif key != "model":
                walk.value(value, path, "parameter")
        if not tree.keys() <= FIELDS:
            walk._names(tree, (root,), "parameter")
        walk.unscanned = [content for content in walk.unscanned if content.kind != "remote"]  # counted already
        walk.places = [place for place in walk.places if place.text not in walk._read]
        return walk

    def _message(self, message: Mapping[str, Any], index: int) -> None:
        role = ROLES[message["role"]]
        content = message.get("content")
        if len(message) == 2 and type(content) is str:
            if content:
                self.places.append(Place(role, ("messages", index, "content"), content))
            return
        path: Path = ("messages", index)
        rest = {key: value for key, value in message.items() if key != "content"}
        self.value(rest, path, role)
        self.value(content, (*path, "content"), role)

    def value(self, value: Any, path: Path, role: SurfaceRole) -> None:
        """Anything at a place."""
        kind = type(value)
        if kind is str:
            if value:
                self._text(value, path, role)
        elif kind is dict:
            self._object(value, path, role)
        elif kind is list:
            self._list(value, path, role)
        elif kind is int or kind is float:
            if kind is int and -_FEW_DIGITS < value < _FEW_DIGITS:
                return
            digits = _digits(value)
            if sum(map(str.isdigit, digits)) > MOST_DIGITS_UNSEEN:
                self.places.append(Place(role, path, digits, "number"))

    def _object(self, value: dict[str, Any], path: Path, role: SurfaceRole) -> None:
        named = role == "tool_definition" and path and path[-1] in NAME_MAPS
        if named or not value.keys() <= FIELDS:
            self._names(value, path, role)
        self._numbers(value.values(), path, role)
        for position, (key, item) in enumerate(value.items()):
            if key not in FIELDS or named:
                self.value(item, (*path, chosen_name(key, position)), role)
                continue
            if self._read and key in AS_JSON and type(item) is dict and as_json(item) in self._read:
                continue
            if key == "file" or (key == "source" and role != "tool_definition"):
                self.value(item, (*path, key), "document")
            elif role == "assistant" and (key == "arguments" or key == "input"):
                self.value(item, (*path, key), "tool_arguments")
            else:
                self.value(item, (*path, key), role)

    def _list(self, value: list[Any], path: Path, role: SurfaceRole) -> None:
        self._numbers(value, path, role)
        for index, item in enumerate(value):
            self.value(item, (*path, index), role)

    def _names(self, value: Mapping[str, Any], path: Path, role: SurfaceRole) -> None:
        if names := "\n".join(value):
            self.places.append(Place(role, (*path, "#names"), names, "names"))

    def _numbers(self, values: Iterable[Any], path: Path, role: SurfaceRole) -> None:
        short = list(_numbers_in(values))
        if len(short) > 1 and sum(map(len, short)) > MOST_DIGITS_UNSEEN:
            self.places.append(Place(role, (*path, "#numbers"), " ".join(short), "numbers"))

    def _text(self, text: str, path: Path, role: SurfaceRole) -> None:
        step = path[-2] if type(path[-1]) is int and len(path) > 1 else path[-1]
        if step in CONSTANT_FIELDS and text in CONSTANTS:
            return
        if path[-1] in LAST_STEPS:
            encoding = self._opaque.get(".".join([step for step in path[self._depth :] if isinstance(step, str)]))
            if encoding is not None:
                self._encoded(text, path, role, encoding)
                return
        if path[-1] in _ELSEWHERE:
            self.unscanned.append(Unscanned("remote", 0))
        self.places.append(Place(role, path, text))

    def _encoded(self, text: str, path: Path, role: SurfaceRole, encoding: Encoding) -> None:
        if encoding == "sealed":
            sealed = is_sealed(text)
            if sealed:
                self.unscanned.append(Unscanned("sealed", len(text) * 3 // 4))
            elif (content := base64_content(text)) is not None and content.text is not None:
                self.places.append(Place("document", (*path, "#decoded"), content.text, "names"))
            self.places.append(Place("sealed" if sealed else role, path, text))
            return
        if self._read and text.rpartition(",")[2] in self._files:
            return
        if (
            encoding == "uri"
            and (head := text[:_LONGEST_HEAD].partition(",")[0])[5:-7] not in CONSTANTS
            and len(head) < len(text)
        ):
            self.places.append(Place(role, (*path, "#head"), head, "names"))
        content = data_uri_content(text) if encoding == "uri" else base64_content(text, lenient=True)
        if content is None and encoding == "uri":
            content = base64_content(text)  # some send the data without its head
        if content is None:
            self.places.append(Place(role, path, text))
            if text.startswith(("https:", "http:", "gs:")):
                self.unscanned.append(Unscanned("remote", 0))
        elif content.text is not None:
            self._document(text, content, path, role, encoding)
        elif content.kind:
            self.unscanned.append(Unscanned(content.kind, content.size_bytes))
            self._files.add(text.rpartition(",")[2])
        else:
            self.unscanned.append(Unscanned("unknown", content.size_bytes))
            self.places.append(Place(role, path, text))

    def _document(self, raw: str, content: Content, path: Path, role: SurfaceRole, encoding: Encoding) -> None:
        assert content.text is not None
        self.places.append(Place("document", path, content.text, "uri" if encoding == "uri" else "base64"))
        if content.kind:
            self.unscanned.append(Unscanned(content.kind, content.size_bytes))
        if not content.exact:
            self.places.append(Place(role, (*path, "#written"), raw, "names"))


def as_json(value: dict[str, Any]) -> str:
    """An object as the call format inside writes it."""
    return msgspec.json.encode(value).decode()


def _digits(value: float) -> str:
    """A number as it is read: a whole one without a point."""
    return str(int(value)) if type(value) is float and value.is_integer() else str(value)


def _numbers_in(values: Iterable[Any]) -> Iterator[str]:
    """The numbers among values, and in lists among them."""
    for value in values:
        if type(value) is int or type(value) is float:
            yield _digits(value)
        elif type(value) is list and value:
            yield from _numbers_in(value)
