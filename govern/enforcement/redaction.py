"""What stands in a text instead of a value."""

from __future__ import annotations

import hashlib
import re
from functools import cache, partial
from operator import itemgetter
from typing import NamedTuple, Protocol

from govern.enforcement.values.kind import CHECKED, ValueKind
from govern.enforcement.vault import Vault

_SIGN = re.compile(r"[^\W_]")


class Rewriter(Protocol):
    def __call__(self, kind: ValueKind, value: str) -> str: ...


def placeholder(kind: ValueKind, value: str) -> str:
    """``<EMAIL>``"""
    return _placeholder(kind.id)


@cache
def _placeholder(kind_id: str) -> str:
    return f"<{kind_id.upper()}>"


def mask(kind: ValueKind, value: str) -> str:
    """Every letter and digit but the last ``kind.shown`` becomes a star; marks stay, so that the form can be recognised."""
    if not kind.shown:
        return "*" * min(len(value), 16)
    signs = [found.start() for found in _SIGN.finditer(value)]
    hidden = set(signs[: len(signs) - kind.shown])
    return "".join("*" if index in hidden else character for index, character in enumerate(value))


def keyed_hash(key: bytes, kind: ValueKind, value: str) -> str:
    """``<EMAIL:5f1d0c9b7a32>``: equal values give equal hashes under one key and nobody without the key can try values out."""
    digest = hashlib.blake2b(value[:CHECKED].encode("utf-8", "replace"), key=key[:64], digest_size=6).hexdigest()
    return f"<{kind.id.upper()}:{digest}>"


def rewriter(style: str, hash_key: bytes) -> Rewriter:
    """How values are written in the style of a policy. A vault's placeholders are numbered when a call is inspected."""
    if style == "mask":
        return mask
    if style == "hash":
        return partial(keyed_hash, hash_key)
    return placeholder


class Replacement(NamedTuple):
    """``text`` for the characters ``start:end``; ``vault_kind`` is set when a vault is to number it. ``rank`` decides between equals."""

    start: int
    end: int
    text: str
    vault_kind: str = ""
    rank: tuple[float, str] = (0.0, "")
    around: str = ""
    """What stands before and behind it: a quotation mark where JSON had a bare number."""


_PLACE_AND_RANK = itemgetter(0, 4)


def merged(replacements: list[Replacement]) -> list[Replacement]:
    """Replacements that overlap become one over all their characters, with the text of the one that starts first.

    Where they end has no say in it: a stream must know the text before it has seen the end.
    """
    out: list[Replacement] = []
    reach = -1  # where the last of ``out`` ends, with all that overlap it
    for item in sorted(replacements, key=_PLACE_AND_RANK):
        if item.start < reach:
            reach = max(reach, item.end)
        else:
            if out and out[-1].end != reach:
                out[-1] = out[-1]._replace(end=reach)
            out.append(item)
            reach = item.end
    if out and out[-1].end != reach:
        out[-1] = out[-1]._replace(end=reach)
    return out


def rewrite(text: str, replacements: list[Replacement], vault: Vault | None = None) -> str:
    """``text`` with ``merged`` replacements carried out."""
    pieces: list[str] = []
    position = 0
    for start, end, new, vault_kind, _, around in replacements:
        pieces.append(text[position:start])
        if vault is not None and vault_kind:
            new = vault.put(vault_kind, text[start:end])
        pieces.append(f"{around}{new}{around}")
        position = end
    pieces.append(text[position:])
    return "".join(pieces)
