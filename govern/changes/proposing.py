"""Proposing a change in one step: its draft, and its submission where that is wanted at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from govern.changes.drafts import Proposed, draft_of
from govern.changes.submission import submit_change
from govern.models import ChangeRequest, Person


@transaction.atomic
def propose_change(
    items: Iterable[Proposed],
    *,
    title: str,
    reason: str,
    by: Person,
    effective_at: datetime | None,
    apply_by: datetime | None,
    submit: bool,
) -> ChangeRequest:
    """All or nothing. Raises `ChangeRefused`."""
    change = draft_of(items, title=title, reason=reason, by=by, effective_at=effective_at, apply_by=apply_by)
    if submit:
        submit_change(change=change, by=by, edition=change.edition)
    return change
