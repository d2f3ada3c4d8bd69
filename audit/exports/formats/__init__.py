"""One file a format, found here by its `FORMAT`. Adding a format is adding a file and its test."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.utils.functional import Promise

from audit.exports.event_row import EventRow


class Context(NamedTuple):
    """What a format may say of the pack. origin: of the sealed tree. authority: the key that signs."""

    origin: str
    authority: str
    version: str


class RowWriter(Protocol):
    """A file that is being written."""

    def write(self, row: EventRow) -> None:
        """Adds a row."""

    def close(self) -> dict[str, Any]:
        """Finishes the file. Returns what the manifest says of it beside its size and digest."""


class Format(NamedTuple):
    """name: in filters and addresses. suffix: of its files. deflated: whether the pack compresses them."""

    name: str
    label: str | Promise
    suffix: str
    deflated: bool
    open: Callable[[Path, Context], RowWriter]


FORMATS: dict[str, Format] = {}
for _module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
    _format: Format = import_module(f"{__name__}.{_module}").FORMAT
    FORMATS[_format.name] = _format
