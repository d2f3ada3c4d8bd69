"""Trying a proposal before it is saved. Nothing of what is tried is kept."""

from typing import Any

from django.http import QueryDict

from govern.admin.proposals.completion import Bodies
from govern.admin.proposals.editing import Editing
from govern.admin.proposals.trying import guards, routes

_TRIALS = {trial.KIND: trial for trial in (guards, routes)}
"""Kind → how a body of it is tried: a module with `form` and `tried`."""


def trial_form(kind: str, bodies: Bodies, data: QueryDict | None) -> Any:
    """The pane beside the form; None for kinds that decide nothing about a call."""
    trial = _TRIALS.get(kind)
    return trial.form(bodies, data) if trial is not None else None


def try_proposal(editing: Editing, data: QueryDict) -> Any:
    """What came of a trial; None where the proposal does not fit yet."""
    trial = _TRIALS.get(editing.kind)
    return trial.tried(editing, data) if trial is not None and editing.body is not None else None
