"""What is stored but was never signed, in words: what is wrong, why nothing of it is shown, and what to do."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from govern.admin.changes.words import kind_word
from govern.policy.contents import NotAsSigned

NAMES = 5
"""How many objects are named at most."""


class Told(NamedTuple):
    """what: is wrong. cure: what to do. cases: the address of the open violations of drift, for who may see them."""

    what: str
    cure: str
    cases: str


def told(request: HttpRequest, error: NotAsSigned) -> Told:
    """What the person who asks is told; names only if they may read all of policy."""
    return Told(what_differs(error, named=request.user.has_perm("govern.view_revision")), cure(error), _cases(request))


def what_differs(error: NotAsSigned, *, named: bool = True) -> str:
    """What is wrong, in one sentence."""
    names = _names(error.places) if named and error.places else _("something in force")
    match error.fault:
        case "unsigned":
            return _("The signature of %(names)s is not this installation's.") % {"names": names}
        case "missing":
            return _("The revision in force names versions that are not there: %(names)s.") % {"names": names}
        case "unreadable":
            return _("This release of Govern cannot read what %(names)s holds.") % {"names": names}
    return _("The content of %(names)s is not the one that was approved: somebody wrote around Govern.") % {
        "names": names
    }


def _names(places: list[tuple[str, str]]) -> str:
    said = [
        _("revision %(number)s") % {"number": name}
        if kind == "revision"
        else _("%(kind)s “%(name)s”") % {"kind": kind_word(kind), "name": name}
        for kind, name in places[:NAMES]
    ]
    return ", ".join(said) + (" …" if len(places) > NAMES else "")


def cure(error: NotAsSigned) -> str:
    """What to do, in a sentence or two."""
    if error.fault == "unreadable":
        return _("Run the release that wrote it; if none did, have the row put back from a backup of the database.")
    return _(
        "Approve and apply nothing until it is settled: gateways serve no call under it. "
        "Whoever looks after the database puts the row back from a backup."
    )


def _cases(request: HttpRequest) -> str:
    if not request.user.has_perm("audit.view_violation"):
        return ""
    return reverse("admin:audit_violation_changelist") + "?guard=drift"
