"""Google's bodies may name the model of their path again. Only that of the path is governed and asked, so another one is refused."""

from collections.abc import Mapping
from typing import Any

from routing.calls import InvalidRequest


def require_same_model(fields: Mapping[str, Any], model: str, place: str) -> None:
    """Raises InvalidRequest where a field `model` names another one than the path, with or without `models/` before it."""
    named = fields.get("model")
    if named is not None and (type(named) is not str or named.removeprefix("models/") != model):
        raise InvalidRequest(f"`{place}` names another model than the path; name the same, or leave it out.", place)
