"""A body as text, for people who would rather type YAML or JSON. The same structs decide what fits."""

import re
from typing import Any

import msgspec
import yaml
from django.utils.translation import gettext as _

from govern.admin.proposals.misfits import in_words
from govern.admin.proposals.reading import Problem
from govern.changes.document import Document, DocumentInvalid, decode_body, parse_document
from govern.policy.bodies import BODIES

MOST_BYTES = 400_000
_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
"""What YAML would take for the end of a line, or lose."""


class BodyText(Document):
    """A document that holds one body and nothing around it."""

    def report(self, place: str, message: str) -> None:
        super().report(place.lstrip("."), message)


def as_text(value: dict[str, Any]) -> str:
    """YAML of a plain value, in the order of its fields."""
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)
    if _BREAKS.search(text):
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=False, width=110)
    return text


def from_text(kind: str, text: str) -> tuple[Any, list[Problem]]:
    """The body that a text describes, or None and what is wrong, line by line."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        return None, [Problem("", _("The text is too long."))]
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            return None, [Problem("", _("Anchors and aliases are not taken here. Write out what they stand for."))]
        parsed = parse_document(text.encode("utf-8", "replace"))
    except DocumentInvalid as invalid:
        return None, _told(invalid.problems)
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        return None, [Problem("", _line(mark.line + 1 if mark else 1, "", _("This is not valid YAML.")))]
    document = BodyText(parsed.value, parsed.lines, parsed.problems)
    try:
        body = decode_body(document, "", document.value, BODIES[kind])
    except (TypeError, msgspec.MsgspecError):
        document.report("", _("This holds a value that JSON does not know."))
    return (None, _told(document.problems)) if document.problems else (body, [])


def _told(problems: list[Any]) -> list[Problem]:
    return [Problem("", _line(p.line, p.place, in_words(p.message))) for p in sorted(set(problems))]


def _line(number: int, place: str, message: str) -> str:
    where = _("Line %(number)d") % {"number": number}
    return f"{where}, {place}: {message}" if place else f"{where}: {message}"
