"""Use cases in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.use_cases import ACT_WORDS, DEGREE_WORDS, use_case
from govern.policy.use_case_body import UseCaseBody

show(
    Face(
        kind="use_case",
        tell=use_case,
        menu=Menu("organisation", 15, _("Use cases")),
        words={
            "purpose": Words(_("Purpose"), _("What it does, for whom, and what is done with the answers.")),
            "owner": Words(_("Owner"), _("Who answers for it, by username.")),
            "overseer": Words(
                _("Overseer"), _("Who watches it and may have it stopped, by username; somebody else than the owner.")
            ),
            "eu_ai_act_class": Words(_("Class under the EU AI Act")),
            "impact": Words(_("Impact"), _("What goes wrong where an answer is wrong.")),
            "complexity": Words(_("Complexity"), _("How hard it is to see why an answer came out as it did.")),
            "reliance": Words(_("Reliance"), _("How much is done with an answer before a person looks at it.")),
            "data_classes": Words(_("Data that it may read")),
            "UseCaseBody.regions": Words(_("Regions"), _("Where its data are processed, or whom it serves.")),
            "retention_days": Words(_("Days that what is said is needed")),
            "review_by": Words(_("Next review"), _("In UTC. After that day it is overdue, and stands on desks.")),
            "disclosure": Words(
                _("How people are told"), _("That they deal with a machine; or why nobody has to be told.")
            ),
        },
        choices={
            **{f"eu_ai_act_class.{key}": word for key, word in ACT_WORDS.items()},
            **{
                f"{field}.{key}": word
                for field in ("impact", "complexity", "reliance")
                for key, word in DEGREE_WORDS.items()
            },
            "data_classes.public": _("Public"),
            "data_classes.internal": _("Internal"),
            "data_classes.confidential": _("Confidential"),
            "data_classes.restricted": _("Restricted"),
        },
        known={
            (UseCaseBody, "owner"): "person",
            (UseCaseBody, "overseer"): "person",
            (UseCaseBody, "regions"): "region",
        },
        long=((UseCaseBody, "purpose"), (UseCaseBody, "disclosure")),
    )
)
