"""What conditions may read of whoever is behind a call."""

from collections.abc import Mapping
from types import MappingProxyType

NOBODY: Mapping[str, object] = MappingProxyType(
    {"end_user.id": "", "end_user.verified": False, "end_user.groups": [], "end_user.claims": {}}
)
"""The facts of a call of which nothing says who is behind it."""
PERSONAL = frozenset({"end_user.id", "end_user.claims"})
"""Facts that are kept with a prompt only where the application's rules have end users recorded plainly."""
