"""What was found in English, in the language of whoever reads it."""

from typing import Any

from django.utils.translation import gettext

from routing.saying import Saying


def in_own_language(value: Any) -> Any:
    """A saying in the active language, and the sayings within it; anything else as it is."""
    if not isinstance(value, Saying):
        return value
    if not value.values:
        return gettext(value.template)
    return gettext(value.template) % {name: in_own_language(inner) for name, inner in value.values.items()}
