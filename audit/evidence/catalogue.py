"""The frameworks that packs can be made for: one file each in `frameworks/`, read and checked as a whole.

A file that names a query that does not exist, or lacks a text in one of the languages, is an error that says where.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from django.utils.translation import get_language

from audit.evidence.queries import QUERIES

FOLDER = Path(__file__).with_name("frameworks")
_Said = Annotated[str, msgspec.Meta(min_length=1)]


class FrameworkInvalid(Exception):
    """A file of a framework is not as it must be; says where."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh_hant": "zh-hant"}):
    """A text in each language."""

    en: _Said
    zh_hant: _Said

    def __str__(self) -> str:
        return self.zh_hant if (get_language() or "").startswith("zh") else self.en


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a query's answer supports."""

    query: _Said
    text: Words


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article or a control. asks: what it asks for, in our own words. not_covered: what of it a pack has nothing to show for."""

    id: Words
    title: Words
    asks: Words
    statements: Annotated[tuple[Statement, ...], msgspec.Meta(min_length=1)]
    not_covered: Words | None = None


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework. source: where its text was read. verified: whether that was the text itself; if not, `checked` says what was."""

    name: Words
    about: Words
    source: _Said
    checked: Words
    checked_on: date
    verified: bool
    controls: Annotated[tuple[Control, ...], msgspec.Meta(min_length=1)]

    @property
    def queries(self) -> tuple[str, ...]:
        """Every query once, in the order in which statements name them."""
        return tuple(dict.fromkeys(said.query for control in self.controls for said in control.statements))


def read_framework(text: str, name: str = "framework") -> Framework:
    """A framework from its file. Raises `FrameworkInvalid`."""
    try:
        found: Any = msgspec.toml.decode(text, type=Framework)
    except msgspec.DecodeError as error:
        raise FrameworkInvalid(f"{name}: {error}") from None
    unknown = sorted(set(found.queries) - set(QUERIES))
    if unknown:
        raise FrameworkInvalid(
            f"{name}: there is no query {', '.join(unknown)}. Those there are: {', '.join(sorted(QUERIES))}."
        )
    framework: Framework = found
    return framework


@cache
def frameworks() -> dict[str, Framework]:
    """Name of the file → framework, by name. Raises `FrameworkInvalid`."""
    return {file.stem: read_framework(file.read_text("utf-8"), file.name) for file in sorted(FOLDER.glob("*.toml"))}
