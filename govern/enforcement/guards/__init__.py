"""Every guard by the body that asks for it. A new guard is one file in this folder: whatever has a ``GUARD`` is found."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from govern.enforcement.guards.body import GuardBody
from govern.enforcement.guards.guard import Guard


def _found() -> list[Guard]:
    """The guards of this folder. Raises `TypeError` for a file whose guard goes by another name than the file."""
    found = []
    for file in iter_modules(__path__):
        guard = getattr(import_module(f"{__name__}.{file.name}"), "GUARD", None)
        if guard is not None and guard.sort != file.name:
            raise TypeError(
                f"The guard {guard.sort} stands in {file.name}.py: name the file, or the tag of its body, for the other."
            )
        if guard is not None:
            found.append(guard)
    return sorted(found, key=lambda guard: (guard.place, guard.sort))


GUARDS: dict[type[GuardBody], Guard] = {guard.body: guard for guard in _found()}
"""In the order in which forms offer them."""

BY_SORT: dict[str, Guard] = {guard.sort: guard for guard in GUARDS.values()}
"""By the name that policies and findings give it."""
