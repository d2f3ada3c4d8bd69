"""A CEL condition in words, where it is simple enough to be said; as it stands where it is not."""

import re
from functools import reduce

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.presentation.typesetting import composed
from govern.admin.sentences.sentence import bit, strong

_NAMES: dict[str, str | Promise] = {
    "task": gettext_lazy("the task"),
    "complexity": gettext_lazy("the complexity"),
    "model": gettext_lazy("the model asked for"),
    "input_tokens": gettext_lazy("the number of tokens sent"),
    "output_tokens": gettext_lazy("the number of tokens answered"),
    "language": gettext_lazy("the language"),
    "application": gettext_lazy("the application"),
    "team": gettext_lazy("the team"),
    "environment": gettext_lazy("the environment"),
    "data_class": gettext_lazy("the data class"),
    "region": gettext_lazy("the region"),
    "hour": gettext_lazy("the hour"),
    "weekday": gettext_lazy("the weekday"),
    "stream": gettext_lazy("streaming"),
    "end_user.id": gettext_lazy("the end user"),
}
_SIGNS: dict[str, str | Promise] = {
    "==": pgettext_lazy("condition", "is"),
    "!=": pgettext_lazy("condition", "is not"),
    ">=": pgettext_lazy("condition", "is at least"),
    "<=": pgettext_lazy("condition", "is at most"),
    ">": pgettext_lazy("condition", "is more than"),
    "<": pgettext_lazy("condition", "is less than"),
}
_COMPARISON = re.compile(
    r"""^(end_user\.id|\w+)\s*(==|!=|>=|<=|>|<)\s*(?:"([^"\\]*)"|'([^'\\]*)'|(-?\d+(?:\.\d+)?|true|false))$"""
)
_MEMBER = re.compile(r"""^(?:"([^"\\]*)"|'([^'\\]*)')\s+in\s+(tags|modalities)$""")
_PLAIN = re.compile(r"^[^()|?]*$")


def condition(expression: str) -> SafeString:
    """The condition as words that follow “when”."""
    parts = [part.strip() for part in expression.split("&&")] if _PLAIN.match(expression) else []
    said = [found for part in parts if (found := _part(part)) is not None]
    if not said or len(said) < len(parts):
        return bit(expression)
    return reduce(lambda whole, part: composed("{} {} {}", whole, _("and"), part), said)


def always(expression: str) -> bool:
    """Whether a condition leaves nothing out."""
    return expression.strip() == "true"


def _part(part: str) -> SafeString | None:
    if match := _COMPARISON.match(part):
        name, sign, double, single, bare = match.groups()
        if name in _NAMES:
            value = next(found for found in (double, single, bare) if found is not None)
            return composed("{} {} {}", _NAMES[name], _SIGNS[sign], strong(value))
    if match := _MEMBER.match(part):
        double, single, name = match.groups()
        value = double if double is not None else single
        said = _("the application has the tag {value}") if name == "tags" else _("the call contains {value}")
        return composed(said, value=strong(value))
    return None
