"""Trying a proposal before it is saved. Nothing of what is tried is kept."""

from typing import Any

from django.http import QueryDict

from govern.admin.proposals.completion import Bodies
from govern.admin.proposals.editing import Editing
from govern.admin.proposals.trying import guards, routes


def trial_form(kind: str, bodies: Bodies, data: QueryDict | None) -> Any:
    """The pane beside the form; None for kinds that decide nothing about a call."""
    match kind:
        case "guard_policy":
            return guards.form(bodies, data)
        case "routing_policy":
            return routes.form(bodies, data)
    return None


def try_proposal(editing: Editing, data: QueryDict) -> Any:
    """What came of a trial; None where the proposal does not fit yet."""
    if editing.body is None:
        return None
    match editing.kind:
        case "guard_policy":
            return guards.tried(editing.body, editing.person, data)
        case "routing_policy":
            return routes.tried(editing, data)
    return None
