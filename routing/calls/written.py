"""JSON as a caller wrote it, and as it is passed on: patched at the places that change, and the same bytes everywhere else.

A provider that signs what it said wants it back as it was, and ids, order and fields that are unknown here must outlive a change of
a limit, a name or a masked word. So a tree is never written anew where its bytes are at hand.
"""

import re
from typing import Any

import msgspec

from routing.calls.once import differs_in_blanks_alone, keys_stand_once

_EXACT_DIGITS = 15
"""Decimal digits that every float keeps."""
_STRING_OR_NUMBER = re.compile(rb'"(?:[^"\\]++|\\.)*+"|-?\d[\d.eE+-]*+', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


class Written:
    """JSON and the tree that was read from it, which is not to be changed in place."""

    __slots__ = ("_body", "_received", "tree")

    def __init__(self, received: bytes, tree: Any) -> None:
        self._received = received
        self._body: bytes | None = None
        self.tree = tree

    @property
    def body(self) -> bytes:
        """The bytes as they came, where every reader reads in them what `tree` says; otherwise their compact form.

        So a key sent twice cannot show one value to a guard and the other to a provider, and no number says more than was read of it.
        """
        if self._body is None:
            received, tree = self._received, self.tree
            same = differs_in_blanks_alone(received, tree) or _reads_alike(received, tree)
            self._body = received if same else msgspec.json.encode(tree)
        return self._body

    def changed(self, tree: Any) -> bytes:
        """The JSON of a tree that grew from this one: what it shares with it (the same objects) keeps its bytes."""
        if tree is self.tree:
            return self.body
        return msgspec.json.encode(_patched(msgspec.Raw(self.body), self.tree, tree))


def _patched(written: msgspec.Raw, old: Any, new: Any) -> Any:
    if new is old or (type(new) is str and new == old):
        return written
    if type(new) is dict and type(old) is dict:
        members = _MEMBERS.decode(written)
        return {name: _patched(members[name], old[name], item) if name in old else item for name, item in new.items()}
    if type(new) is list and type(old) is list:
        items = _ITEMS.decode(written)
        if len(new) == len(old):
            return [_patched(*each) for each in zip(items, old, new, strict=True)]
        known = {id(item): place for place, item in enumerate(old)}
        return [items[known[id(item)]] if id(item) in known else item for item in new]
    return new


def _reads_alike(received: bytes, tree: Any) -> bool:
    """Whether JSON that is not compact, or escapes what need not be, leaves a reader no other choice than the tree."""
    if not keys_stand_once(received, tree) or _SURROGATE.search(received):
        return False
    return all(
        len(found) <= _EXACT_DIGITS or found.startswith(b'"') or found.lstrip(b"-").isdigit()
        for found in _STRING_OR_NUMBER.findall(received)
    )


class Patch:
    """A tree to be changed: objects and lists are copied on the way to each change, and shared everywhere else."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self._copies: dict[tuple[str | int, ...], Any] = {}

    def get(self, path: tuple[str | int, ...]) -> Any:
        """What stands at a place."""
        value = self.tree
        for step in path:
            value = value[step]
        return value

    def put(self, path: tuple[str | int, ...], value: Any) -> None:
        """Another value at a place inside."""
        self._copied(path[:-1])[path[-1]] = value

    def _copied(self, path: tuple[str | int, ...]) -> Any:
        known = self._copies.get(path)
        if known is None:
            known = self.get(path)
            known = self._copies[path] = dict(known) if type(known) is dict else list(known)
            if path:
                self.put(path, known)
            else:
                self.tree = known
        return known
