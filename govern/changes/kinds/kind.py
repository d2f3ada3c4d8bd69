"""What there is to say of one governed kind, in one place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.functional import Promise

from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason
from govern.identity.ownership import Owned
from govern.models import Governed
from govern.policy.bodies import BODIES


def nothing_else(_known: Known, _place: str, _body: Any) -> None:
    """For kinds whose bodies mention no other name and hold no rule."""


def _nobodys(_target: Any, _owned: Owned) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A governed kind: the section of the bootstrap file, risk, references, reach, rights and REST derive from it.

    What people read of it is in the file of its name in `govern/admin/kinds`. Raises `TypeError` with what is missing.
    """

    model: type[Governed]
    section: str
    """Of the bootstrap file."""
    icon: str
    """Of Material Symbols."""
    risk: Callable[[Any, Any], Iterable[Reason]]
    """(body before, body after; None where there is none) → why the change is risky."""
    references: Callable[[Known, str, Any], None]
    """(what is known, place in the document, body): reports names that do not exist and rules that cannot hold."""
    reach: Callable[[Any, Bodies], frozenset[str]]
    """(body, kind → name → body) → the applications, or people, that it has to do with."""
    by_break_glass: bool = True
    """Whether one person may change it in an emergency. Its row in the database (`AddKind`) says the same."""
    also_in: tuple[str, ...] = ()
    """Sections in which bodies of it stand within others."""
    is_own: Callable[[Any, Owned], bool] = _nobodys
    """Whether an object belongs to an application owner, who then may read it."""

    def __post_init__(self) -> None:
        """Says what a descriptor leaves empty, when it is imported and not when a page is opened."""
        kind = getattr(self.model, "KIND", "")
        missing = [field for field in ("section", "icon") if not getattr(self, field)]
        if kind not in BODIES:
            missing.append("a body in govern.policy.bodies.BODIES")
        missing += [
            f"a translated {field} in the Meta of its model"
            for field in ("verbose_name", "verbose_name_plural")
            if not isinstance(getattr(self.model._meta, field), Promise)
        ]
        if missing:
            raise TypeError(f"The kind {kind or self.model.__name__} lacks: {', '.join(missing)}.")

    @property
    def name(self) -> str:
        """As versions and manifests name it."""
        return self.model.KIND

    @property
    def body(self) -> type[msgspec.Struct]:
        """What versions of it hold."""
        return BODIES[self.name]

    @property
    def label(self) -> str | Promise:
        """One of it, as people say."""
        return self.model._meta.verbose_name or self.name
