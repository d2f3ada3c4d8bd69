"""Use cases in words."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import moment, span
from audit.presentation.typesetting import composed
from audit.presentation.values import setting_label
from govern.admin.sentences.sentence import Sentence, listing, strong
from govern.policy.use_case_body import UseCaseBody, materiality

ACT_WORDS: dict[str, str | Promise] = {
    "minimal": gettext_lazy("Minimal risk"),
    "limited": gettext_lazy("Limited risk: people must be told"),
    "high": gettext_lazy("High risk"),
    "prohibited": gettext_lazy("Prohibited"),
}
DEGREE_WORDS: dict[str, str | Promise] = {
    "low": gettext_lazy("Low"),
    "medium": gettext_lazy("Medium"),
    "high": gettext_lazy("High"),
}
_TONES = {"minimal": "ok", "limited": "info", "high": "warn", "prohibited": "bad", "low": "ok", "medium": "info"}


def use_case(body: UseCaseBody) -> list[Sentence]:
    """What a use case is for, who stands behind it, and how much depends on it."""
    people = composed(
        _("{owner} answers for it, {overseer} watches it."), owner=strong(body.owner), overseer=strong(body.overseer)
    )
    act = composed(_("Class under the EU AI Act: {act_class}."), act_class=strong(ACT_WORDS[body.eu_ai_act_class]))
    said = [
        Sentence(body.purpose, "assignment", about="purpose"),
        Sentence(people, "groups", about="people"),
        Sentence(act, "gavel", _TONES[body.eu_ai_act_class], about="eu_ai_act_class"),
        _materiality(body),
        Sentence(
            composed(
                _("May read {classes} data."),
                classes=listing((setting_label(each).lower() for each in body.data_classes), last=_("or")),
            ),
            "database",
            about="data_classes",
        ),
    ]
    if body.regions:
        said.append(
            Sentence(
                composed(_("In the regions {regions}."), regions=listing(body.regions)), "location_on", about="regions"
            )
        )
    kept = composed(_("Needs what was said for {time}."), time=strong(span(timedelta(days=body.retention_days))))
    return [
        *said,
        Sentence(kept, "inventory_2", about="retention"),
        Sentence(
            composed(_("Must be looked at again by {day}."), day=strong(moment(body.review_by))),
            "event",
            about="review_by",
        ),
        Sentence(
            composed(_("People are told: {disclosure}"), disclosure=body.disclosure), "campaign", about="disclosure"
        ),
    ]


def _materiality(body: UseCaseBody) -> Sentence:
    """The rating, with what it was computed from."""
    rated = materiality(body)
    parts = composed(
        _("Impact {impact}, complexity {complexity}, reliance {reliance}."),
        impact=str(DEGREE_WORDS[body.impact]).lower(),
        complexity=str(DEGREE_WORDS[body.complexity]).lower(),
        reliance=str(DEGREE_WORDS[body.reliance]).lower(),
    )
    text = composed(_("Materiality: {rating}."), rating=strong(DEGREE_WORDS[rated]))
    return Sentence(text, "balance", "warn" if rated == "high" else _TONES[rated], (parts,), about="materiality")
