"""A small text grammar: ``[a|b|]`` chooses, ``{name}`` expands another entry, everything else stands for itself."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

Entries = Mapping[str, Sequence[str]]
LITERALS = {"ob": "[", "cb": "]", "oc": "{", "cc": "}", "bar": "|"}
"""Entries for the characters that the grammar uses itself."""


STICKY = frozenset({"alias", "secret_thing", "link", "address", "company", "topic"})
"""Entries chosen once a text: a persona keeps its name."""


def expand(template: str, entries: Entries, chance: random.Random, chosen: dict[str, str] | None = None) -> str:
    """One random text of ``template``. Raises KeyError for an unknown entry; brackets and braces must balance."""
    chosen = {} if chosen is None else chosen
    pieces: list[str] = []
    place = 0
    while place < len(template):
        character = template[place]
        if character == "[":
            end, choices = _alternatives(template, place)
            pieces.append(expand(chance.choice(choices), entries, chance, chosen))
            place = end
        elif character == "{":
            end = template.index("}", place)
            name = template[place + 1 : end]
            pieces.append(_entry(name, entries, chance, chosen))
            place = end + 1
        else:
            stop = place
            while stop < len(template) and template[stop] not in "[{":
                stop += 1
            pieces.append(template[place:stop])
            place = stop
    return "".join(pieces)


def _entry(name: str, entries: Entries, chance: random.Random, chosen: dict[str, str]) -> str:
    if name in LITERALS:
        return LITERALS[name]
    if name in chosen:
        return chosen[name]
    text = expand(chance.choice(entries[name]), entries, chance, chosen)
    if name in STICKY:
        chosen[name] = text
    return text


def _alternatives(template: str, start: int) -> tuple[int, list[str]]:
    depth = 0
    choices = [""]
    for place in range(start, len(template)):
        character = template[place]
        if character == "[":
            depth += 1
            if depth == 1:
                continue
        elif character == "]":
            depth -= 1
            if depth == 0:
                return place + 1, choices
        elif character == "|" and depth == 1:
            choices.append("")
            continue
        choices[-1] += character
    raise ValueError(f"unbalanced bracket in {template[start : start + 60]!r}")
