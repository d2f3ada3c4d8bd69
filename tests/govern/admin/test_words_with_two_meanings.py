"""A short word that is an act in one place and a state or a thing in another has two entries in the catalogue, told apart by a context."""

import re
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from govern.admin.changes.words import STATES, VERDICTS
from govern.models import ChangeState, Review

ROOT = Path(settings.BASE_DIR)
_TAG = re.compile(r'{%-? (?:translate|trans) "([^"]+)"(?: context "([^"]+)")?(?: as \w+)? %}')
_PYTHON = re.compile(r'\b(?:_|gettext|gettext_lazy|gettext_noop)\(\s*"([^"]+)"')
_ACT = re.compile(r"<(?:a|button)\b[^<]*?>\s*(?:{% icon [^%]+ %})?\s*$")
REVIEWED = {
    "Rotate": "the title of the page on which one rotates",
    "Revoke": "the title of the page on which one revokes",
    "Edit": "the title of the page on which one edits",
    "Find": "the title of the page on which one finds",
    "Violation": "the link to one, and what a hit is",
    "Everybody": "the link to the list of everybody",
}
"""Words used both ways for which one translation is right in both places, and why."""


def uses() -> dict[tuple[str, str], dict[str, set[str]]]:
    """(msgid, context) → `act` or `state` → the files in which it stands so."""
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for match in _TAG.finditer(text):
            word, context = match[1], match[2] or ""
            if len(word.split()) > 1:
                continue
            plain = re.sub(r"{{.*?}}|{% (?!icon)[^%]*%}", "", text[: match.start()][-600:])
            found[word, context]["act" if _ACT.search(plain) else "state"].add(file.name)
    for part in ("govern", "audit"):
        for file in (ROOT / part).rglob("*.py"):
            for word in _PYTHON.findall(file.read_text(encoding="utf-8")):
                if len(word.split()) == 1:
                    found[word, ""]["state"].add(file.name)
    return found


def test_no_word_is_an_act_here_and_a_state_there() -> None:
    both = {
        f"{word} ({context})" if context else word: {kind: sorted(files) for kind, files in kinds.items()}
        for (word, context), kinds in uses().items()
        if len(kinds) == 2 and word not in REVIEWED
    }
    assert both == {}


def test_one_approval_is_not_a_change_that_is_approved() -> None:
    with translation.override("zh-hant"):
        for verdict, state in (
            (Review.Verdict.APPROVE, ChangeState.APPROVED),
            (Review.Verdict.REJECT, ChangeState.REJECTED),
        ):
            assert str(VERDICTS[verdict].label) != str(STATES[state].label)


def test_what_is_retired_is_not_who_is_locked_out() -> None:
    with translation.override("zh-hant"):
        assert translation.gettext("Retired") != translation.gettext("Locked out")


def test_to_open_something_is_not_what_is_open() -> None:
    with translation.override("zh-hant"):
        assert pgettext("link", "Open") != translation.gettext("Open")
