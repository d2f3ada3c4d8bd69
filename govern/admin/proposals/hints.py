"""What the types do not say of a field: which names complete it, which values are usual, and whether it is a long text."""

from govern.admin.faces import FACES
from govern.enforcement.bodies import PolicyScope

_COMMON: dict[tuple[type, str], str] = {
    (PolicyScope, "teams"): "team",
    (PolicyScope, "applications"): "application",
    (PolicyScope, "tags"): "tag",
}
"""Field of several kinds → the list of names that completes it."""


def known_list(struct: type, name: str) -> str:
    """The list of names that completes a field; empty: none."""
    key = (struct, name)
    return next((face.known[key] for face in FACES.values() if key in face.known), _COMMON.get(key, ""))


def usual_values(struct: type, name: str) -> tuple[str, ...]:
    """The texts that mean anything in a list; empty: any."""
    key = (struct, name)
    return next((face.options[key] for face in FACES.values() if key in face.options), ())


def is_long(struct: type, name: str) -> bool:
    """Whether a text has several lines."""
    return any((struct, name) in face.long for face in FACES.values())
