"""What cells of lists are made of."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from govern.admin.in_force import named


def chips(words: Iterable[str]) -> SafeString:
    """Small words side by side; nothing where there are none."""
    words = tuple(words)
    if not words:
        return SafeString("")
    return format_html(
        '<span class="chips">{}</span>', format_html_join("", '<span class="chip">{}</span>', ((w,) for w in words))
    )


def linked_name(kind: str, name: str) -> SafeString:
    """A name that leads to its page."""
    return format_html('<a class="link" href="{}">{}</a>', named(kind, name), name)


def tone(word: str, tone: str, icon: str) -> SafeString:
    """A word with an icon in the colour of its tone."""
    return format_html(
        '<span class="badge tone-{}"><span class="material-symbols-outlined icon" aria-hidden="true">{}</span>{}</span>',
        tone,
        icon,
        word,
    )
