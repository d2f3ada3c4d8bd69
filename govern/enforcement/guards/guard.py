"""What there is to say of one guard, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from govern.enforcement.guards.base import Building, CallGuard, TextGuard
from govern.enforcement.guards.body import GuardBody


def gettext_noop(text: str) -> str:
    """Marks a text for translation by the name that makemessages looks for. It is translated where it is shown."""
    return text


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A guard as policies name it. Raises `TypeError` with what is missing."""

    body: type[GuardBody]
    build: Callable[[Any, Building], TextGuard | CallGuard]
    code: str
    """With which it refuses a call."""
    label: str
    """What people call it, in English."""
    about: str
    """What it looks for, in English."""
    icon: str
    """Of Material Symbols."""
    judges_whole: bool
    """Whether it waits for the end of a text; otherwise it reads a stream window by window."""
    asks_outside: bool = False
    """Whether what it asks takes time of its own, such as a model or a service. A replay of earlier calls leaves it out."""
    judges_call: bool = False
    """Whether it looks at the facts of a call, not at its texts."""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Field of its body → what it is called and what is good to know about it, in English, where no other guard has it."""
    place: int = 100
    """Where forms offer it, ascending."""

    def __post_init__(self) -> None:
        """Says what a descriptor leaves empty, when it is imported."""
        missing = [name for name in ("code", "label", "about", "icon") if not getattr(self, name)]
        if not self.body.__struct_config__.tag:
            missing.append("a tag of its body")
        if missing:
            raise TypeError(f"The guard {self.sort or self.body.__name__} lacks: {', '.join(missing)}.")

    @property
    def sort(self) -> str:
        """As policies and findings name it."""
        return str(self.body.__struct_config__.tag or "")
