"""One sentence, and the words that several of them share."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from audit.presentation.typesetting import composed
from audit.presentation.values import rule_label

_ABBREVIATIONS = frozenset(
    [
        "api",
        "aws",
        "bic",
        "gcp",
        "gpqa",
        "iban",
        "id",
        "imei",
        "ip",
        "iv",
        "mac",
        "ssh",
        "ssn",
        "swe",
        "uk",
        "us",
        "url",
        "vat",
    ]
)


class Sentence(NamedTuple):
    """text: what it says. icon and tone: of the sign beside it. fine: what stands below in small print.

    about: the part of the body that it tells, so that the same part of two bodies can be put side by side.
    """

    text: str
    icon: str
    tone: str = "info"
    fine: tuple[str, ...] = ()
    about: str = ""


def strong(text: object) -> SafeString:
    """Emphasised, escaped."""
    return format_html("<b>{}</b>", text)


def bit(text: object) -> SafeString:
    """A name or an expression as the body has it."""
    return format_html('<code class="bit">{}</code>', text)


def listing(items: Iterable[object], *, last: str | None = None) -> SafeString:
    """`a, b and c`, each emphasised. `last` stands before the last instead of “and”."""
    parts = [strong(item) for item in items]
    if len(parts) < 2:
        return parts[0] if parts else mark_safe("")
    joined = format_html_join(_(", "), "{}", ((part,) for part in parts[:-1]))
    return composed("{} {} {}", joined, _("and") if last is None else last, parts[-1])


def plain(identifier: str) -> str:
    """`credit_card` as people write it, `iban` as the abbreviation that it is."""
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in identifier.lower().split("_"))


def kind_in_words(kind: str) -> str:
    """A kind of personal data in the reader's words."""
    said = rule_label(kind)
    return plain(kind) if said == kind else said


def dollars(price: str) -> str:
    """A decimal string of dollars, with at least two decimals."""
    whole, _point, decimals = price.partition(".")
    return f"${int(whole):,}.{decimals.rstrip('0').ljust(2, '0')}"


def compact(number: int) -> str:
    """A round number of tokens as people say it: 400k, 1M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size and number % (size // 10) == 0:
            return f"{number / size:g}{unit}"
    return f"{number:,}"
