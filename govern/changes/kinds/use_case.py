"""Use cases: what applications are for, who answers for it and who watches it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import Reason, weighed
from govern.models import UseCase
from govern.policy.use_case_body import ACT_CLASSES, DEGREES, UseCaseBody, materiality
from routing.saying import Saying


def _risk(before: UseCaseBody | None, after: UseCaseBody | None) -> Iterator[Reason]:
    """What is said of a use case is what others rest on: saying that less depends on it is high."""
    if after is None:
        yield Reason("medium", _("retires a use case"))
        return
    if before is None:
        grave = after.eu_ai_act_class == "high" or materiality(after) == "high"
        yield Reason("high" if grave else "medium", _("adds a use case"))
        return
    if before.eu_ai_act_class != after.eu_ai_act_class:
        higher = ACT_CLASSES.index(after.eu_ai_act_class) > ACT_CLASSES.index(before.eu_ai_act_class)
        yield weighed(higher, _("changes the EU AI Act class of a use case"))
    was, now = materiality(before), materiality(after)
    if was != now:
        yield weighed(DEGREES.index(now) > DEGREES.index(was), _("changes how much depends on a use case"))
    elif (before.impact, before.complexity, before.reliance) != (after.impact, after.complexity, after.reliance):
        yield Reason("medium", _("rates a use case otherwise"))
    if (before.purpose, before.disclosure) != (after.purpose, after.disclosure):
        yield Reason("medium", _("changes what a use case is for, or what people are told"))
    if (before.owner, before.overseer) != (after.owner, after.overseer):
        yield Reason("medium", _("changes who answers for a use case, or who watches it"))
    if before.data_classes != after.data_classes:
        yield weighed(set(after.data_classes) <= set(before.data_classes), _("changes which data a use case may read"))
    if before.regions != after.regions:
        yield Reason("medium", _("changes the regions of a use case"))
    if before.retention_days != after.retention_days:
        yield Reason("medium", _("changes how long a use case keeps what was said"))
    if before.review_by != after.review_by:
        yield weighed(
            after.review_by < before.review_by, _("changes when a use case is reviewed next"), loosened="medium"
        )


def _references(known: Known, place: str, body: UseCaseBody) -> None:
    if body.eu_ai_act_class == "prohibited":
        known.report(
            f"{place}.eu_ai_act_class",
            Saying(
                "Article 5 of the EU AI Act prohibits such a use, so it cannot be registered. "
                "Give the use up, or describe what is done instead."
            ),
        )
    if body.owner == body.overseer:
        known.report(
            f"{place}.overseer",
            Saying("must be somebody else than the owner, who would otherwise watch their own work."),
        )


def _reach(body: UseCaseBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, _tags: app.use_case == body.name)


KIND = Kind(
    model=UseCase,
    section="use_cases",
    icon="assignment",
    risk=_risk,
    references=_references,
    reach=_reach,
)
