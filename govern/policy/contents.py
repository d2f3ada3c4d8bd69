"""What a revision holds, decoded."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID


class InForce(NamedTuple):
    """One governed object of a revision."""

    object_id: UUID
    body: Any


Contents = Mapping[str, Mapping[str, InForce]]
"""Kind → name → object."""
