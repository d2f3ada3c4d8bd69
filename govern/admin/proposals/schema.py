"""What a form for a body consists of, read off the struct that decodes it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from govern.admin.proposals.hints import is_long, known_list, usual_values
from govern.policy.bodies import BODIES
from routing.bodies import NOT_YET, Price

_PRICE: str = Price.__metadata__[0].pattern  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Text:
    """A text. look: line, lines, condition or price. known: the list of names that completes it. optional: blank means null."""

    look: str = "line"
    known: str = ""
    optional: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number; whole or not, within bounds."""

    whole: bool
    low: float | None = None
    high: float | None = None
    optional: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class YesNo:
    """A switch."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    options: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Some of a few values, in the order in which they are ticked."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names, each completed from what exists."""

    known: str
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of texts, one a line."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers, divided by commas."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with a value each; the values are numbers or texts."""

    numbers: bool
    known: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time, in UTC."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Free:
    """Any JSON object."""


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of a struct."""

    struct: type
    fields: dict[str, "Field"]
    optional: bool = False
    tag_field: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of structs. Where there are several sorts, the tag of each is its key; otherwise the key is empty."""

    sorts: dict[str, Group]
    needed: bool = False


Field = Text | Number | YesNo | Choice | Choices | Names | Lines | Numbers | Pairs | Moment | Free | Group | Rows


@cache
def schema_of(kind: str) -> Group:
    """The form of a kind of governed object."""
    return _group(BODIES[kind])


def _group(struct: type, *, optional: bool = False) -> Group:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    fields = {
        field.encode_name: _field(struct, field.encode_name, field.type, required=field.required)
        for field in info.fields
        if field.name not in NOT_YET.get(struct.__name__, ())
    }
    return Group(struct, fields, optional, info.tag_field or "", str(info.tag or ""))


def _field(struct: type, name: str, info: inspect.Type, *, required: bool) -> Field:
    optional = False
    known = known_list(struct, name)
    if isinstance(info, inspect.UnionType):
        rest = [part for part in info.types if not isinstance(part, inspect.NoneType)]
        optional = len(rest) < len(info.types)
        assert len(rest) == 1, f"{struct.__name__}.{name} is of several types"
        info = rest[0]
    match info:
        case inspect.StrType():
            look = "price" if info.pattern == _PRICE else "condition" if name in ("when", "small_when") else "line"
            return Text("lines" if is_long(struct, name) else look, known, optional, required)
        case inspect.IntType() | inspect.FloatType():
            return Number(isinstance(info, inspect.IntType), info.ge, info.le, optional, required)
        case inspect.BoolType():
            return YesNo()
        case inspect.LiteralType():
            return Choice(tuple(map(str, info.values)), required)
        case inspect.DateTimeType():
            return Moment(optional)
        case inspect.StructType():
            return _group(info.cls, optional=optional)
        case inspect.DictType():
            if isinstance(info.value_type, inspect.AnyType):
                return Free()
            return Pairs(isinstance(info.value_type, inspect.FloatType), known)
        case inspect.VarTupleType():
            return _list(struct, name, info, known)
    raise TypeError(f"{struct.__name__}.{name}: there is no field for {info}")


def _list(struct: type, name: str, info: inspect.VarTupleType, known: str) -> Field:
    item: Any = info.item_type
    match item:
        case inspect.LiteralType():
            return Choices(tuple(map(str, item.values)))
        case inspect.FloatType():
            return Numbers()
        case inspect.StructType():
            return Rows({"": _group(item.cls)}, needed=bool(info.min_length))
        case inspect.UnionType():
            sorts = [_group(part.cls) for part in item.types if isinstance(part, inspect.StructType)]
            return Rows({group.tag: group for group in sorts}, needed=bool(info.min_length))
        case _ if usual := usual_values(struct, name):
            return Choices(usual)
        case _ if known:
            return Names(known, ordered=name in ("candidates", "fallbacks"))
    return Lines()


def blank(group: Group) -> dict[str, Any]:
    """The plain value with which a new row or object begins: defaults where the struct has them, nothing where it has none."""
    value: dict[str, Any] = {group.tag_field: group.tag} if group.tag_field else {}
    for field in msgspec.structs.fields(group.struct):
        if field.default is not msgspec.NODEFAULT:
            value[field.encode_name] = msgspec.to_builtins(field.default)
        elif field.default_factory is not msgspec.NODEFAULT:
            value[field.encode_name] = msgspec.to_builtins(field.default_factory())
        else:
            value[field.encode_name] = _nothing(group.fields[field.encode_name])
    return value


def _nothing(field: Field) -> Any:
    match field:
        case Group():
            return blank(field)
        case Rows():
            return [blank(field.sorts[""])] if field.needed and "" in field.sorts else []
        case Choice():
            return field.options[0]
        case Choices() | Names() | Lines() | Numbers():
            return []
        case Pairs() | Free():
            return {}
    return ""
