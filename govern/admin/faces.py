"""How governed kinds are shown and written: what says them in sentences, what their fields are called, where they stand in the sidebar.

Each kind registers its face in its file in `govern/admin/kinds`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import inspect

from govern.admin.proposals.words.fields import COMMON, Text, Words
from govern.admin.sentences.sentence import Sentence
from govern.changes.kinds import KINDS
from routing.bodies import NOT_YET


class Menu(NamedTuple):
    """A line of the sidebar. place: where in its group, ascending. own: an application owner sees it too. icon: if not the kind's."""

    group: str
    place: int
    title: Text
    own: bool = False
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Face:
    """What people read of a governed kind. Raises `TypeError` with the fields that have no words."""

    kind: str
    tell: Callable[[Any], list[Sentence]]
    """A body in sentences."""
    menu: Menu
    words: Mapping[str, Words]
    """Field, or struct and field, → what it is called, beside what is common to several kinds."""
    choices: Mapping[str, Text] = field(default_factory=dict)
    """Field and value, or struct, field and value, → what it is called."""
    known: Mapping[tuple[type, str], str] = field(default_factory=dict)
    """Field → the list of names that completes it (`govern.admin.proposals.completion`)."""
    options: Mapping[tuple[type, str], tuple[str, ...]] = field(default_factory=dict)
    """Lists of texts of which only these mean anything; another one that a body has already is kept."""
    long: tuple[tuple[type, str], ...] = ()
    """Texts of several lines."""
    rows: tuple[str, str] | None = None
    """The field that lists its parts, and how the sentences about one of them begin to say so."""
    conditions: bool = False
    """Whether its fields hold conditions, so that their names are shown beside the form."""
    reaches: Text = ""
    """Whom it reaches, where that is people; empty: applications."""

    def __post_init__(self) -> None:
        """Says what is not said yet when the file is imported, and not when a form is opened."""
        known = {**COMMON, **self.words}
        silent = [
            f"{struct.__name__}.{name}"
            for struct, name in _fields(inspect.type_info(KINDS[self.kind].body))
            if not any(key in known for key in (*(f"{owner.__name__}.{name}" for owner in struct.__mro__), name))
        ]
        if silent:
            raise TypeError(f"The kind {self.kind} has no words for: {', '.join(silent)}.")


FACES: dict[str, Face] = {}
"""Kind → its face."""


def show(face: Face) -> None:
    """Registers a face. Raises `TypeError` if another kind calls a field of the same name something else, or stands where it would."""
    for other in FACES.values():
        twice = [key for key, words in face.words.items() if other.words.get(key, words) != words]
        if twice:
            raise TypeError(f"{other.kind} and {face.kind} both say {', '.join(twice)}: write STRUCT.{twice[0]}.")
        if other.menu[:2] == face.menu[:2] and other.kind != face.kind:
            raise TypeError(f"{other.kind} and {face.kind} both stand at {face.menu.place} of {face.menu.group}.")
    FACES[face.kind] = face


def tell(kind: str, body: Any) -> list[Sentence]:
    """The sentences of a body of a kind, in the active language."""
    return FACES[kind].tell(body)


def field_words(struct: type, name: str) -> Words:
    """The words of a field: the struct's own, then those of a struct it inherits from, then those of the field's name."""
    for key in (*(f"{owner.__name__}.{name}" for owner in struct.__mro__), name):
        for face in FACES.values():
            if key in face.words:
                return face.words[key]
        if key in COMMON:
            return COMMON[key]
    raise KeyError(f"{struct.__name__}.{name}")


def _fields(info: Any) -> list[tuple[type, str]]:
    """Every field that a body's form has, with the struct that it is of; tags of unions are chosen otherwise."""
    found: list[tuple[type, str]] = []
    if isinstance(info, inspect.StructType):
        left_out = NOT_YET.get(info.cls.__name__, ())
        for each in info.fields:
            if each.name not in left_out:
                found += [(info.cls, each.encode_name), *_fields(each.type)]
    for part in (*getattr(info, "types", ()), getattr(info, "item_type", None)):
        if part is not None:
            found += _fields(part)
    return found
