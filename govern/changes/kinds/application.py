"""Applications: programs that call models."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason, weighed
from govern.identity.ownership import Owned
from govern.models import Application
from govern.policy.bodies import ApplicationBody, EndUsers

_CLASSES = ("public", "internal", "confidential", "restricted")


def _risk(before: ApplicationBody | None, after: ApplicationBody | None) -> Iterator[Reason]:
    """An application's words select the policies that cover it."""
    if after is None:
        yield Reason("medium", _("retires an application; its keys stop working"))
        return
    if before is None:
        yield Reason("medium", _("adds an application"))
        return
    if before.data_class != after.data_class:
        stricter = _CLASSES.index(after.data_class) > _CLASSES.index(before.data_class)
        yield weighed(
            stricter, _("raises the data class") if stricter else _("lowers the data class"), tightened="medium"
        )
    if before.models != after.models:
        fewer = bool(after.models) and (not before.models or set(after.models) <= set(before.models))
        yield weighed(fewer, _("changes which models it may name"), loosened="medium")
    if before.end_users != after.end_users:
        yield from _end_users(before.end_users, after.end_users)
    if (before.team, before.tags, before.environment) != (after.team, after.tags, after.environment):
        yield Reason("high", _("changes which policies and budgets cover it"))
    if before.use_case != after.use_case:
        yield Reason("medium", _("changes the use case that an application serves"))


def _end_users(before: EndUsers, after: EndUsers) -> Iterator[Reason]:
    """Whose word counts about who somebody is decides what conditions and budgets make of it."""
    if (before.issuer, before.audience, before.claim) != (after.issuer, after.audience, after.claim):
        no_more = before.issuer and not after.issuer
        yield Reason(
            "medium" if no_more else "high",
            _("believes no tokens about end users any more")
            if no_more
            else _("changes whose tokens about end users are believed"),
        )
    if (before.group_claim, before.other_claims) != (after.group_claim, after.other_claims):
        yield Reason("medium", _("changes what conditions read of end users' tokens"))
    if before.record != after.record:
        yield weighed(
            after.record == "digest",
            _("records end users by a digest") if after.record == "digest" else _("records end users by name"),
        )


def _references(known: Known, place: str, body: ApplicationBody) -> None:
    known.name(f"{place}.team", "team", body.team)
    if body.use_case:
        known.name(f"{place}.use_case", "use_case", body.use_case)
    for index, model in enumerate(body.models):
        known.name(f"{place}.models[{index}]", "catalog_model", model)


def _reach(body: ApplicationBody, bodies: Bodies) -> frozenset[str]:
    return frozenset({body.name})


def _is_own(target: Application, owned: Owned) -> bool:
    return target.name in owned.applications


KIND = Kind(
    model=Application,
    section="applications",
    icon="apps",
    risk=_risk,
    references=_references,
    reach=_reach,
    is_own=_is_own,
)
