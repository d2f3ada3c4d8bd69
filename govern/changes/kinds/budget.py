"""Budgets: money that may be spent in a period."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import Reason, weighed
from govern.identity.ownership import Owned, is_own
from govern.models import Budget
from govern.policy.bodies import BudgetBody
from routing.saying import Saying


def _risk(before: BudgetBody | None, after: BudgetBody | None) -> Iterator[Reason]:
    """More money is high, less is low."""
    if after is None:
        yield Reason("high", _("retires a budget"))
        return
    if before is None:
        yield Reason("low", _("adds a budget"))
        return
    if before.action != after.action:
        yield weighed(
            after.action == "block",
            _("refuses calls beyond the limit")
            if after.action == "block"
            else _("only tells when the limit is passed"),
            tightened="medium",
        )
    raised = Decimal(after.limit_usd) > Decimal(before.limit_usd)
    if Decimal(after.limit_usd) != Decimal(before.limit_usd):
        yield weighed(not raised, _("raises the limit") if raised else _("lowers the limit"))
    if before.period != after.period:
        yield Reason("high", _("changes the period of the limit"))
    if before.scope != after.scope:
        yield Reason("high", _("changes whom the budget covers"))
    if before.per_end_user != after.per_end_user:
        yield weighed(
            before.per_end_user,
            _("gives every end user the limit") if after.per_end_user else _("makes all end users share the limit"),
        )
    if before.alert_at != after.alert_at:
        yield Reason("low", _("changes when somebody is told"))


def _references(known: Known, place: str, body: BudgetBody) -> None:
    scope = body.scope
    for field, kind in (("team", "team"), ("application", "application"), ("model", "catalog_model")):
        name = getattr(scope, field)
        if name is not None:
            known.name(f"{place}.scope.{field}", kind, name)
    if scope.key is not None:
        application, slash, _ = scope.key.partition("/")
        if not slash:
            known.report(f"{place}.scope.key", Saying("must be `application/key name`."))
        else:
            known.name(f"{place}.scope.key", "application", application)


def _reach(body: BudgetBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, _tags: body.scope.covers(app.name, app.team))


def _is_own(target: Budget, owned: Owned) -> bool:
    return target.body is not None and is_own(target.body.scope, owned)


KIND = Kind(
    model=Budget,
    section="budgets",
    icon="savings",
    risk=_risk,
    references=_references,
    reach=_reach,
    is_own=_is_own,
)
