"""Conditions while they are typed: whether they compile, what is wrong where, and which names there are."""

import difflib
from typing import NamedTuple

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from govern.admin.sentences.conditions import always, condition
from govern.changes.languages import in_own_language
from govern.policy.conditions import NAMES, ConditionInvalid, compile_condition
from govern.policy.shadows import never_matches
from routing.saying import Saying

MOST_CHARACTERS = 2_000
MOST_BYTES = 16_000


class Name(NamedTuple):
    """A name that conditions may read: what it is, and how it is used."""

    name: str
    type: str
    about: str | Promise
    example: str


_ABOUT: dict[str, tuple[str | Promise, str]] = {
    "task": (gettext_lazy("What the call is about, as Govern reads it."), 'task == "coding"'),
    "complexity": (gettext_lazy("How hard it looks, from 0 to 1."), "complexity < 0.3"),
    "model": (gettext_lazy("The model that the caller named, or auto."), 'model == "auto"'),
    "stream": (gettext_lazy("Whether the answer is streamed."), "stream"),
    "input_tokens": (gettext_lazy("Tokens sent, about."), "input_tokens > 4000"),
    "output_tokens": (gettext_lazy("Tokens of the answer; in rules on answers."), "output_tokens > 1000"),
    "modalities": (gettext_lazy("What the call contains."), '"image" in modalities'),
    "tools": (gettext_lazy("Names of the tools that the model may call."), "tools.size() > 0"),
    "language": (gettext_lazy("Language of the text, as a code."), 'language == "zh"'),
    "application": (gettext_lazy("The application that calls."), 'application == "helpdesk"'),
    "team": (gettext_lazy("The team of the application."), 'team == "payments"'),
    "tags": (gettext_lazy("Tags of the application and its team."), '"pci" in tags'),
    "environment": (gettext_lazy("Where the application runs."), 'environment == "production"'),
    "data_class": (gettext_lazy("How sensitive its data are."), 'data_class == "restricted"'),
    "region": (gettext_lazy("Where the call would be processed."), 'region != "eu"'),
    "hour": (gettext_lazy("Hour of the day, 0 to 23, in UTC."), "hour >= 8 && hour < 18"),
    "weekday": (gettext_lazy("Day of the week, 1 (Monday) to 7, in UTC."), "weekday <= 5"),
    "metadata": (gettext_lazy("What the caller sent along, by key."), 'metadata["purpose"] == "test"'),
    "end_user.id": (
        gettext_lazy("Who is behind the call; only what the caller says unless it is verified."),
        'end_user.verified && end_user.id == "u-17"',
    ),
    "end_user.verified": (
        gettext_lazy("Whether a signed token or a trusted proxy says who is behind the call."),
        "!end_user.verified",
    ),
    "end_user.groups": (gettext_lazy("Groups of a verified end user, by their token."), '"staff" in end_user.groups'),
    "end_user.claims": (
        gettext_lazy("Other claims of a verified end user's token that the application reads."),
        'has(end_user.claims.dept) && end_user.claims.dept == "research"',
    ),
    "verdicts": (gettext_lazy("What guards decided; in rules on answers."), '"flag" in verdicts'),
}


def known_conditions() -> list[Name]:
    """Every name, with its type as CEL calls it."""
    return [Name(name, _type(name), *_ABOUT[name]) for name in NAMES]


def _type(name: str) -> str:
    return str(NAMES[name].name()).lower()


@require_POST
def condition_view(request: HttpRequest) -> JsonResponse:
    """Compiles `text`: whether it is right, and in words; or where it is wrong, why, and what may have been meant."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"valid": False, "message": _("The condition is too long.")}, status=413)
    return JsonResponse(judge(request.POST.get("text", "")))


def judge(text: str) -> dict[str, object]:
    """What is to be said of a condition."""
    if len(text) > MOST_CHARACTERS:
        return {"valid": False, "column": 1, "message": _("The condition is too long."), "suggestions": []}
    if not text.strip():
        message = _("Write a condition; “true” holds for every call.")
        return {"valid": False, "column": 1, "message": message, "suggestions": ["true"]}
    try:
        compile_condition(text)
    except ConditionInvalid as invalid:
        return {"valid": False, **_place(invalid)}
    if never_matches(text):
        return {"valid": True, "warning": _("This is false for every call, so it can never match.")}
    words = _("Every call.") if always(text) else _("When %(condition)s.") % {"condition": strip_tags(condition(text))}
    return {"valid": True, "words": words}


def without_text(said: Saying) -> Saying:
    """What is wrong with a condition, without the condition itself, for a place beside it."""
    if "column" in said.values:
        return Saying("Column %(column)d: %(reason)s", column=said.values["column"], reason=said.values["reason"])
    return said


def _place(invalid: ConditionInvalid) -> dict[str, object]:
    near = difflib.get_close_matches(invalid.unknown, NAMES, n=3) if invalid.unknown else []
    return {
        "column": invalid.column or 1,
        "message": in_own_language(without_text(invalid.said)),
        "unknown": invalid.unknown,
        "suggestions": near,
    }
