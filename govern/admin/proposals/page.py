"""What the page of a proposal shows around its form."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from govern.admin.changes.items import plain_value
from govern.admin.changes.words import SYMBOLS, kind_word
from govern.admin.faces import FACES
from govern.admin.proposals.completion import known_names, usernames
from govern.admin.proposals.conditions import known_conditions
from govern.admin.proposals.destination import destinations
from govern.admin.proposals.editing import TEXT, Editing
from govern.admin.proposals.places import check_place, place_words, spoken_place
from govern.admin.proposals.reading import Problem
from govern.admin.proposals.trying import trial_form
from govern.changes.contents import bodies_with
from govern.changes.differences import differences
from govern.changes.saving import SavedMeanwhile
from govern.models import ChangeRequest


def form_context(request: HttpRequest, editing: Editing, drafts: list[ChangeRequest], chosen: str) -> dict[str, Any]:
    """Everything that the form's template reads."""
    bodies = bodies_with(editing.change.items.all() if editing.change else ())
    known = known_names(bodies)
    if editing.kind in ("membership", "use_case"):
        known["person"] = usernames()
    where = None if editing.item else destinations(drafts, chosen)
    return {
        "editing": editing,
        "symbol": SYMBOLS[editing.kind],
        "kind_word": kind_word(editing.kind),
        "form": editing.drawn(),
        "known": known,
        "where": where,
        "elsewhere": [(check_place(check.place), check.message) for check in editing.elsewhere],
        "names": known_conditions() if FACES[editing.kind].conditions else [],
        "reason_problem": next((p.message for p in editing.problems if p.place == "#reason"), ""),
        "problem_links": labelled_problems(editing) if editing.checked else [],
        "text_problems": [p.message for p in editing.problems if p.place != "#reason"] if editing.shape == TEXT else [],
        "trial": trial_form(editing.kind, bodies, request.POST if request.method == "POST" else None),
    }


def labelled_problems(editing: Editing) -> list[tuple[Problem, str]]:
    """Every problem and the name of its field in words; empty for the whole."""
    return [
        (problem, place_words(editing.schema, editing.written, problem.place) if problem.place else "")
        for problem in editing.problems
    ]


def problem_list(editing: Editing) -> dict[str, Any]:
    """What is wrong, for a script that shows it beside the fields."""
    return {
        "problems": [
            {"place": problem.place, "message": problem.message, "label": label}
            for problem, label in labelled_problems(editing)
        ],
        "elsewhere": [
            f"{check_place(check.place)}: {check.message}" if check.place else check.message
            for check in editing.elsewhere
        ],
    }


def beside(meanwhile: SavedMeanwhile, kind: str, typed: Any) -> list[tuple[str, str, str]]:
    """(place, what is saved in the draft, what was typed) wherever the two differ."""
    saved = meanwhile.item.body if meanwhile.item else None
    return [
        (spoken_place(kind, row.place) or _("all of it"), plain_value(row.before), plain_value(row.after))
        for row in differences(saved, typed)
    ]
