"""Everything that the page of one change request shows."""

from typing import Any

from django.http import HttpRequest

from govern.admin.changes.conflicts import conflict, way_back
from govern.admin.changes.items import proposals
from govern.admin.changes.proposing import item_address
from govern.admin.changes.steps import steps
from govern.admin.changes.timeline import timeline
from govern.admin.changes.typed import take_typed
from govern.admin.changes.waiting import people_by_group, waiting
from govern.admin.changes.words import RISKS, STATES, VERDICTS
from govern.admin.in_force import in_force
from govern.admin.proposals.places import check_place
from govern.admin.simulations.shown import simulation_card
from govern.changes.approvals import hands_in, progress, requirements
from govern.changes.check import read_checks
from govern.changes.checks import failed, run_checks
from govern.changes.digest import change_digest
from govern.changes.emergencies import RATIFIERS
from govern.changes.reach import Bodies
from govern.changes.rebase import moved_items
from govern.changes.risk import assess_items
from govern.changes.rollback import later_changes, overtaken_items, undone_with
from govern.changes.simulation.reading import latest_simulation
from govern.changes.standing import Standing
from govern.identity.second_factor import has_fresh_second_factor
from govern.models import ChangeRequest, ChangeState, Review

_MAY_CLASH = (
    ChangeState.DRAFT,
    ChangeState.CHANGES_REQUESTED,
    ChangeState.IN_REVIEW,
    ChangeState.APPROVED,
    ChangeState.SCHEDULED,
)
_CONFIRMED = frozenset({"approve", "apply", "break_glass", "revert"})


def change_context(request: HttpRequest, change: ChangeRequest, typed: dict[str, str] | None = None) -> dict[str, Any]:
    """The context of the page. typed: what was written into a form that was refused; else what was kept for this page."""
    person: Any = request.user
    items = list(change.items.select_related("base", "author", "version"))
    reviews = list(change.reviews.all())
    comments, transitions = list(change.comments.all()), list(change.transitions.all())
    is_pending = change.state in _MAY_CLASH
    moved = moved_items(change) if is_pending else []
    checks = run_checks(change) if is_pending else read_checks(change.assessment.get("checks", []))
    digest = change_digest(change) if change.is_editable else change.content_digest
    risk = change.risk if not change.is_editable else assess_items(items)
    if change.is_editable:
        needed = requirements([item.kind for item in items], risk) if items else []
    else:
        needed = progress(change)
    standing = Standing(
        change,
        person,
        progress=needed,
        reviews=reviews,
        moved=bool(moved),
        failing=len([check for check in failed(checks) if check.code != "base"]),
    )
    conflicts = [conflict(one) for one in moved]
    overtaken = overtaken_items(change) if "rollback" in standing.may else []
    people = people_by_group(group for one in needed for group in one.groups)
    return {
        "title": str(change),
        "change": change,
        "state": STATES[change.state],
        "risk": RISKS.get(risk) if items else None,
        "steps": steps(change, transitions),
        "proposals": [(one, item_address(one.item)) for one in proposals(items, _bodies())],
        "conflicts": conflicts,
        "clashes": any(one.clashes for one in conflicts),
        "checks": [(check, check_place(check.place)) for check in sorted(checks, key=lambda check: check.passed)],
        "failing": len(failed(checks)),
        "warned": any(not check.passed and not check.blocks for check in checks),
        "needs": waiting(needed, people, hands_in(change)),
        "ratifiers": RATIFIERS,
        "ratified_by": _ratified_by(change, reviews),
        "reviews": [(review, VERDICTS[review.verdict], review.digest != digest) for review in reversed(reviews)],
        "authors": sorted({item.author.username for item in items} | {change.requested_by_name}),
        "lines": timeline(digest, transitions, reviews, comments),
        "actions": standing.actions,
        "may": standing.may,
        "hints": standing.hints,
        "asks_second_factor": bool(standing.may & _CONFIRMED) and not has_fresh_second_factor(request),
        "rollbacks": list(change.rollbacks.all()) if change.state == ChangeState.APPLIED else [],
        "later": later_changes(overtaken),
        "ways_back": [way_back(one) for one in overtaken],
        "undone_with": undone_with(change) if is_pending else [],
        "typed": typed if typed is not None else take_typed(request, change),
        "simulation": simulation_card(latest_simulation(change), person),
    }


def _bodies() -> Bodies:
    """What the reach of an item is told from. Three queries."""
    return {
        kind: {found.target.name: found.body for found in in_force(kind)}
        for kind in ("application", "team", "deployment")
    }


def _ratified_by(change: ChangeRequest, reviews: list[Review]) -> list[str]:
    """Whose last word on a break-glass change is an approval."""
    if change.state != ChangeState.EMERGENCY:
        return []
    last = {review.reviewer_name: review.verdict for review in reviews if review.digest == change.content_digest}
    return [name for name, verdict in last.items() if verdict == Review.Verdict.APPROVE]
