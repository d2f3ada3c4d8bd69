"""What a revision holds, decoded."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from govern.policy.bodies import BODIES
from govern.policy.canonical import content_digest


class InForce(NamedTuple):
    """One governed object of a revision."""

    object_id: UUID
    body: Any


Contents = Mapping[str, Mapping[str, InForce]]
"""Kind → name → object."""

Fault = Literal["changed", "unreadable", "missing", "unsigned"]
"""changed: the content is not the one its hash names. unreadable: it fits no schema of this release. missing: the revision names
versions that are not there. unsigned: the revision itself does not carry this installation's signature."""


class NotAsSigned(Exception):
    """What is stored is not what was signed. places: (kind, name) of each object, where that is known; a revision's name is its number."""

    def __init__(self, fault: Fault, places: list[tuple[str, str]]) -> None:
        self.fault, self.places = fault, places
        super().__init__(f"{', '.join(f'{kind}/{name}' for kind, name in places)}: {fault}")


def signed_content(kind: str, name: str, canonical: str, sha256: str) -> str:
    """A stored content, which must be the one that its hash names. Raises `NotAsSigned`."""
    if content_digest(canonical) != sha256:
        raise NotAsSigned("changed", [(kind, name)])
    return canonical


def signed_body(kind: str, name: str, canonical: str, sha256: str) -> Any:
    """The typed body of a stored content. Raises `NotAsSigned`."""
    content = signed_content(kind, name, canonical, sha256)
    try:
        return msgspec.json.decode(content, type=BODIES[kind])
    except msgspec.MsgspecError:
        raise NotAsSigned("unreadable", [(kind, name)]) from None
