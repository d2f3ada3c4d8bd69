"""The register of use cases: what applications are for, and which of them wait to be looked at again."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import distance, moment
from govern.admin.cells import tone
from govern.admin.columns import column
from govern.admin.filters import Choice, InForce
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force
from govern.admin.sentences.use_cases import ACT_WORDS, DEGREE_WORDS
from govern.models import UseCase
from govern.policy.use_case_body import UseCaseBody, materiality

SOON = timedelta(days=30)
"""A review that is due within that stands on desks."""


def standing(body: UseCaseBody) -> str:
    """`overdue`, `soon` or `later`: when it must be looked at again."""
    left = body.review_by - timezone.now()
    return "overdue" if left <= timedelta() else "soon" if left < SOON else "later"


class _OfBody(Choice):
    """A choice by what the body in force says. The register is small enough to be read whole."""

    def said(self, body: UseCaseBody) -> str:
        """Which of the options a body is of."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.options):
            return queryset
        found = [each.pk for each in UseCase.objects.in_force() if self.said(each.body) == self.value()]
        return queryset.filter(pk__in=found)


class ByClass(_OfBody):
    """The class under the EU AI Act."""

    title = gettext_lazy("class under the EU AI Act")
    parameter_name = "act"
    all_label = gettext_lazy("Every class")
    options = tuple((key, word) for key, word in ACT_WORDS.items() if key != "prohibited")

    def said(self, body: UseCaseBody) -> str:
        return body.eu_ai_act_class


class ByMateriality(_OfBody):
    """How much depends on it."""

    title = gettext_lazy("materiality")
    parameter_name = "materiality"
    all_label = gettext_lazy("Every materiality")
    options = tuple(DEGREE_WORDS.items())

    def said(self, body: UseCaseBody) -> str:
        return materiality(body)


class ByReview(_OfBody):
    """When it must be looked at again."""

    title = gettext_lazy("next review")
    parameter_name = "review"
    all_label = gettext_lazy("Whenever it is reviewed")
    options: ClassVar[tuple[tuple[str, str | Promise], ...]] = (
        ("overdue", gettext_lazy("Overdue")),
        ("soon", gettext_lazy("Due within 30 days")),
    )

    def said(self, body: UseCaseBody) -> str:
        return standing(body)


@admin.register(UseCase)
class UseCaseAdmin(GovernedAdmin):
    """Use cases."""

    lead = gettext_lazy(
        "What applications are for: who answers for it, who watches it, how much depends on it, and when it is looked at again. "
        "Guard policies can ask for one before a key is issued."
    )
    empty_heading = gettext_lazy("No use cases yet")
    empty_advice = gettext_lazy("Propose the first one, then name it in the applications that serve it.")
    list_filter = (InForce, ByClass, ByMateriality, ByReview)
    shows_in_list = ("owner", "overseer", "act_class", "rating", "review")

    @column(gettext_lazy("owner"))
    def owner(self, found: UseCase) -> str:
        return found.body.owner if found.body else ""

    @column(gettext_lazy("overseer"))
    def overseer(self, found: UseCase) -> str:
        return found.body.overseer if found.body else ""

    @column(gettext_lazy("EU AI Act"))
    def act_class(self, found: UseCase) -> str:
        return str(ACT_WORDS[found.body.eu_ai_act_class]) if found.body else ""

    @column(gettext_lazy("materiality"))
    def rating(self, found: UseCase) -> str:
        return str(DEGREE_WORDS[materiality(found.body)]) if found.body else ""

    @column(gettext_lazy("next review"), css="nowrap")
    def review(self, found: UseCase) -> str:
        if found.body is None:
            return ""
        match standing(found.body):
            case "overdue":
                return tone(_("Overdue"), "bad", "event_busy")
            case "soon":
                return tone(_("Due %(when)s") % {"when": distance(found.body.review_by)}, "warn", "schedule")
        return moment(found.body.review_by)

    def related(self, request: HttpRequest, found: UseCase) -> list[Related]:
        applications = [
            (each.target.name, each.address, each.body.team)
            for each in in_force("application")
            if each.body.use_case == found.name
        ]
        return [Related(_("Applications that serve it"), applications, _("No application names it yet."))]
