"""What a body that is about to leave may cost: each field that money depends on has one name and one value.

Every provider's requests end here, whichever door they came through and whether they were translated or passed on. Names are compared
by their letters and digits alone, folded, since servers that imitate others take several spellings and some read keys without case.
A limit leaves once, under the name that its provider knows, never above what the catalogue allows; what multiplies a call is read or
refused; what nobody can bound is named, so that a budget that blocks refuses it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from routing.calls import InvalidRequest
from routing.money_names import (
    ANSWERS,
    CONTAINERS,
    EMBEDDED,
    LEAST,
    MODALITIES,
    ONE_SPELLING,
    OTHER_MODELS,
    OWN_WORDS,
    STORED,
    THINKERS,
    THOUGHTS,
    TIERS,
    UNBOUNDED,
    costs_more,
    is_dearer,
    is_limit,
    number_of,
    plain_name,
)
from routing.nested_terms import in_one_case, refuse_inside, unseen, within

Tree = dict[str, Any]

MAX_ANSWERS = 128
MAX_USES = 100
DEFAULT_USES = 10
"""Uses of a provider's own tool where a budget must hold them and the caller says no number."""


class Terms(NamedTuple):
    """What bounds the cost of a body, read from the body itself."""

    output_tokens: int
    """The most that one answer may have, reasoning included."""
    answers: int = 1
    uses: int = 0
    """How often the provider may run tools of its own for one answer."""
    unbounded: str | None = None
    """The field or tool whose cost nothing bounds."""
    dropped: tuple[str, ...] = ()
    """Fields that were left out, since the catalogue has no price for them."""
    spoken: bool = False
    """Whether the answer may be speech."""


class Names(NamedTuple):
    """How a kind of provider calls what it charges by."""

    limit: str
    """The one name under which the limit of an answer leaves."""
    tool_uses: Callable[[Tree], "Uses"]
    always: bool = False
    """Whether the limit must be there."""
    camel_case: bool = False
    inside: str | None = None
    """The object that holds the limit; the body itself where None."""
    least: int = 1
    """The smallest limit that the provider takes."""


class Uses(NamedTuple):
    """How often tools of the provider's own may run: `said`, or without a bound by the tool that is `unbounded`."""

    said: int = 0
    unbounded: str | None = None
    set_default: Callable[[Tree], Tree] | None = None
    """Writes `DEFAULT_USES` where the caller said nothing."""


def bounded(tree: Tree, names: Names, *, most_tokens: int, held: bool) -> tuple[Tree, Terms]:
    """The body as it may leave, and what bounds its cost. The same object if nothing changes; never changed in place.

    most_tokens: the catalogue's maximum for one answer. held: a budget covers the call, so everything must have a bound.
    Raises InvalidRequest for a value that is no whole number, and for one field in two spellings where they cannot be joined.
    """
    if names.camel_case:
        tree = in_one_case(tree)
    changes = config = _Changes(tree)
    levels = [("", changes)]
    if names.inside is not None:
        config = _Changes(_object(tree.get(names.inside), names.inside))
        levels.append((f"{names.inside}.", config))
    unbounded: str | None = None
    limits: list[int] = []
    answers = 1
    dropped: list[str] = []
    spoken = False
    later: list[tuple[_Changes, str, str, Any]] = []
    for where, level in levels:
        for name, value in level.tree.items():
            if name in OWN_WORDS or name == names.inside:
                spoken = spoken or (name == "modalities" and _speaks(value))
                continue
            plain = plain_name(name)
            if plain in ONE_SPELLING:
                raise InvalidRequest(f"`{where}{name}` is another spelling of `{plain}`; leave it out.", where + name)
            if is_limit(plain):
                if value is not None:
                    limits.append(_count(value, where + name))
                if value is None or level is not config or name != names.limit:
                    level.drop(name)
            elif value is None:
                continue
            elif plain in ANSWERS:
                answers *= _answers(value, where + name)
            elif plain in TIERS:
                if is_dearer(value):
                    level.drop(name)
                    dropped.append(where + name)
            elif plain in UNBOUNDED:
                unbounded = unbounded or (where + name if costs_more(plain, value) else None)
            elif plain in STORED:
                raise unseen(where + name)
            elif plain in OTHER_MODELS and value not in ([], {}, "", False):
                raise InvalidRequest(
                    f"`{where}{name}` could choose another model than policy did; leave it out.", where + name
                )
            elif plain in MODALITIES:
                spoken = spoken or _speaks(value)
            elif plain in LEAST or plain in THOUGHTS or plain in THINKERS:
                later.append((level, name, plain, value))  # once the limit is known
            elif type(value) is dict or type(value) is list:
                refuse_inside(value, where + name, merged=plain in CONTAINERS)
    if answers > MAX_ANSWERS:
        raise InvalidRequest(f"The fields that multiply answers come to {answers}; ask for at most {MAX_ANSWERS}.")
    limit = max(min(limits, default=most_tokens), names.least)
    limit = min(limit, max(most_tokens, names.least))
    if limits or held or names.always:
        config.put(names.limit, limit)
    thoughts = _bound_thoughts(later, limit) if later else 0
    uses = names.tool_uses(tree)
    if held and uses.set_default is not None:
        changes.replace_all(uses.set_default(changes.result()))
        uses = names.tool_uses(changes.result())
    if config is not changes:
        inner = config.result()
        if inner is not config.tree:
            changes.put(names.inside or "", inner)
    return changes.result(), Terms(
        output_tokens=limit + thoughts,
        answers=answers,
        uses=uses.said,
        unbounded=unbounded or uses.unbounded,
        dropped=tuple(dropped),
        spoken=spoken,
    )


def without_multipliers(tree: Tree) -> Tree:
    """A body of embeddings without tiers that have no price. Raises InvalidRequest for what multiplies its cost."""
    kept = {}
    for name, value in tree.items():
        plain = plain_name(name)
        if plain in ANSWERS and number_of(value) > 1:
            raise InvalidRequest(f"`{name}` multiplies what embeddings cost; leave it out.", name)
        if name not in ("model", "input") and (plain in ONE_SPELLING or plain in EMBEDDED):
            raise InvalidRequest(f"`{name}` is nothing that embeddings know, or another spelling; leave it out.", name)
        if name != "input" and (type(value) is dict or type(value) is list):
            refuse_inside(value, name, merged=plain in CONTAINERS)
        if plain not in TIERS or not is_dearer(value):
            kept[name] = value
    return kept


class _Changes:
    """An object that is copied at its first change."""

    __slots__ = ("_changed", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._changed: Tree | None = None

    def put(self, name: str, value: Any) -> None:
        known = self.result().get(name)
        if known != value or type(known) is not type(value):
            self._copy()[name] = value

    def drop(self, name: str) -> None:
        self._copy().pop(name, None)

    def replace_all(self, tree: Tree) -> None:
        self._changed = tree

    def result(self) -> Tree:
        return self.tree if self._changed is None else self._changed

    def _copy(self) -> Tree:
        if self._changed is None:
            self._changed = dict(self.tree)
        return self._changed


def _count(value: Any, where: str) -> int:
    """A number of tokens or answers: the same for every reader, or InvalidRequest."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or value < 1:
        raise InvalidRequest(f"`{where}` must be a whole number from 1.", where)
    return value


def _answers(value: Any, where: str) -> int:
    count = 1 if value is False else _count(value, where)
    if count > MAX_ANSWERS:
        raise InvalidRequest(f"`{where}` must be a whole number from 1 to {MAX_ANSWERS}.", where)
    return count


def _bound_thoughts(later: "list[tuple[_Changes, str, str, Any]]", limit: int) -> int:
    """Keeps budgets of reasoning and least lengths within the limit. Returns what a server might write beyond it."""
    beyond = 0
    for level, name, plain, value in later:
        if plain in THINKERS:
            if type(value) is dict and (inner := within(value, limit, f"{name}.")) != value:
                level.put(name, inner)
            continue
        number = number_of(value)
        if not 0 <= number <= limit:
            number = limit
            level.put(name, limit)
        if plain in THOUGHTS:  # a field of servers that count reasoning apart from the answer
            beyond = max(beyond, number)
    return beyond


def _speaks(value: Any) -> bool:
    return "audio" in str(value).lower() or type(value) is dict


def _object(value: Any, where: str) -> Tree:
    if value is None:
        return {}
    if type(value) is not dict:
        raise InvalidRequest(f"`{where}` must be an object.", where)
    return value
