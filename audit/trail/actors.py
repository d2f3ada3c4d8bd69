"""Who did something without being a person, in words."""

from django.utils.translation import pgettext


def _noop(_context: str, text: str) -> str:
    """Marks a word with its context for translation. It is translated where it is shown."""
    return text


_NOBODY = {
    "system": _noop("actor", "the system"),
    "bootstrap": _noop("actor", "the installation"),
    "genesis": _noop("actor", "the installation"),
    "schedule": _noop("actor", "the clock"),
}
"""What rows hold in place of a person's name → what it is called."""


def actor_label(actor: str | None, *, begins: bool = False) -> str:
    """Who it was: a person by name, anything else in words; empty for nobody. begins: a sentence begins with it."""
    found = _NOBODY.get(actor or "")
    if found is None:
        return actor or ""
    said = pgettext("actor", found)
    return said[:1].upper() + said[1:] if begins else said
