"""Views of the list of calls that people save for themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.models import SavedView

MOST = 30
LONGEST_NAME = 60


class ViewRefused(ValueError):
    """The view cannot be saved; says what to do instead."""


@transaction.atomic
def save_view(*, owner: str, name: str, query: str) -> SavedView:
    """Saves the filters under a name; one of the same name is replaced. Raises `ViewRefused`."""
    name = name.strip()
    if not name or "\x00" in name or len(name) > LONGEST_NAME:
        raise ViewRefused(_("Give the view a name of at most %(n)d characters.") % {"n": LONGEST_NAME})
    if not query:
        raise ViewRefused(_("Choose a filter first, then save it."))
    if SavedView.objects.filter(owner=owner).exclude(name=name).count() >= MOST:
        raise ViewRefused(_("You have %(n)d views, which is the most. Remove one first.") % {"n": MOST})
    return SavedView.objects.update_or_create(owner=owner, name=name, defaults={"query": query})[0]


def remove_view(*, owner: str, pk: int) -> None:
    """Removes a view of one's own; another's stays."""
    SavedView.objects.filter(owner=owner, pk=pk).delete()
