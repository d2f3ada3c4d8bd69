"""Proposing again what was rejected, withdrawn or has lapsed: a new draft with its values, to be mended and submitted."""

from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.drafts import open_change
from govern.changes.refused import ChangeRefused
from govern.changes.reviewing import comment_on_change
from govern.models import ChangeItem, ChangeRequest, ChangeState, Person

ENDED = (ChangeState.REJECTED, ChangeState.WITHDRAWN, ChangeState.EXPIRED, ChangeState.REVERTED)
"""States in which a change has ended without being in force."""


@transaction.atomic
def propose_again(*, change: ChangeRequest, by: Person) -> ChangeRequest:
    """A new draft of an ended change: its title, its reason and everything that it proposed, written by whoever proposes it again.

    Each version stands upon what it was based on then; where something else has come into force since, the draft is to be rebased, so that
    nothing is undone unnoticed. Secrets are not taken along: they are typed anew. Raises `ChangeRefused`.
    """
    if change.state not in ENDED:
        raise ChangeRefused(
            "wrong_state", _("Only what was rejected, withdrawn or has lapsed can be proposed again; edit this one.")
        )
    draft = open_change(title=change.title, reason=change.reason, by=by)
    for item in change.items.all():
        ChangeItem.objects.create(
            change=draft,
            action=item.action,
            kind=item.kind,
            object_id=item.object_id,
            object_name=item.object_name,
            canonical=item.canonical,
            sha256=item.sha256,
            base=item.base,
            author=by,
        )
    comment_on_change(change=draft, by=by, text=_("Proposes %(change)s again.") % {"change": change})
    return draft
