"""Going back: a change that proposes what was in force before another one. It takes the same way as any change."""

from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.drafts import open_change, propose_retirement, propose_version
from govern.changes.refused import ChangeRefused
from govern.models import GOVERNED, ChangeRequest, ChangeState, Person, Version


@transaction.atomic
def propose_rollback(*, change: ChangeRequest, reason: str, by: Person) -> ChangeRequest:
    """A draft that undoes an applied change, against what is in force now. Raises `ChangeRefused`."""
    if change.state != ChangeState.APPLIED:
        raise ChangeRefused("wrong_state", _("Only what was applied can be rolled back."))
    draft = open_change(
        title=_("Roll back %(change)s: %(title)s") % {"change": change, "title": change.title[:150]},
        reason=reason,
        by=by,
        rolls_back=change,
    )
    for item in change.items.select_related("base"):
        if item.base is None:
            propose_retirement(change=draft, kind=item.kind, name=item.object_name, by=by, edition=draft.edition)
        else:
            propose_version(change=draft, kind=item.kind, body=item.base.body, by=by, edition=draft.edition)
    return draft


@transaction.atomic
def propose_version_again(*, version: Version, reason: str, by: Person) -> ChangeRequest:
    """A draft that puts an earlier version of an object in force again."""
    target = GOVERNED[version.kind].objects.get(pk=version.object_id)
    draft = open_change(
        title=_("Put %(version)s in force again") % {"version": f"{target.name} v{version.number}"},
        reason=reason,
        by=by,
    )
    propose_version(change=draft, kind=version.kind, body=version.body, by=by, edition=draft.edition)
    return draft
