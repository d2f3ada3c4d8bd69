"""The approvals inbox: what waits for whoever looks, in tabs, and what each row says."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.presentation.amounts import distance
from audit.presentation.words import Word
from govern.admin.changes.waiting import Waiting, people_by_group, waiting
from govern.admin.changes.words import RISKS, STATES, SYMBOLS, kind_word
from govern.changes.emergencies import RATIFIERS
from govern.changes.inbox import awaiting_approval_of, progress_of
from govern.changes.risk import assess_items
from govern.models import ChangeRequest, ChangeState, Person
from govern.models.change import OPEN, ChangeRequestQuerySet
from govern.policy.contents import NotAsSigned

SOON = timedelta(hours=24)
NAMES = 3
"""How many names of who could still approve a row shows."""
_IN_REVIEW = (ChangeState.IN_REVIEW, ChangeState.EMERGENCY)
_RISK_ORDER = Case(
    *(When(risk=risk, then=Value(place)) for place, risk in enumerate(ChangeRequest.Risk.values)),
    default=Value(-1),
    output_field=IntegerField(),
)


class Tab(NamedTuple):
    """One list of the inbox."""

    label: str | Promise
    select: Callable[[Person], ChangeRequestQuerySet]
    order: tuple[str, ...]
    empty: str | Promise
    counted: bool = True


def awaiting(person: Person) -> ChangeRequestQuerySet:
    """What waits for a person's approval; nothing for who may not approve."""
    if not person.has_perm("govern.review_change"):
        return ChangeRequest.objects.none()
    return awaiting_approval_of(person)


TABS: dict[str, Tab] = {
    "awaiting": Tab(
        gettext_lazy("Awaiting me"),
        awaiting,
        ("mode", "-weight", "approve_by"),
        gettext_lazy(
            "No change waits for your approval. What somebody else submits and your roles may approve appears here."
        ),
    ),
    "mine": Tab(
        gettext_lazy("Mine"),
        lambda person: ChangeRequest.objects.by(person).filter(state__in=OPEN),
        ("-number",),
        gettext_lazy("You have no open change. Propose one from the page of what it should change."),
    ),
    "ready": Tab(
        gettext_lazy("Ready to apply"),
        lambda _person: ChangeRequest.objects.ready(),
        ("apply_by",),
        gettext_lazy("Nothing is approved and not yet in force."),
    ),
    "emergency": Tab(
        gettext_lazy("Break-glass"),
        lambda _person: ChangeRequest.objects.filter(state=ChangeState.EMERGENCY),
        ("lapses_at",),
        gettext_lazy("Nothing is in force without approval."),
    ),
    "open": Tab(
        gettext_lazy("All open"),
        lambda _person: ChangeRequest.objects.open(),
        ("-number",),
        gettext_lazy("No change is open."),
        counted=False,
    ),
    "decided": Tab(
        gettext_lazy("Decided"),
        lambda _person: ChangeRequest.objects.exclude(state__in=OPEN),
        ("-number",),
        gettext_lazy("No change has been decided yet."),
        counted=False,
    ),
}


class Filters(NamedTuple):
    """What the list is narrowed to; empty words narrow nothing."""

    q: str = ""
    risk: str = ""
    kind: str = ""
    by: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        """The filters of a request; values that do not exist are dropped."""
        q, risk, kind, by = (request.GET.get(name, "").strip() for name in cls._fields)
        return cls(q, risk if risk in RISKS else "", kind if kind in SYMBOLS else "", by)

    def narrow(self, found: ChangeRequestQuerySet) -> ChangeRequestQuerySet:
        """The changes that fit."""
        if self.q:
            number = self.q.upper().removeprefix("CR-")
            by_number = Q(number=int(number)) if number.isdigit() and len(number) < 10 else Q()
            found = found.filter(Q(title__icontains=self.q) | by_number if by_number else Q(title__icontains=self.q))
        if self.risk:
            found = found.filter(risk=self.risk)
        if self.kind:
            found = found.filter(items__kind=self.kind).distinct()
        if self.by:
            found = found.filter(requested_by_name=self.by)
        return found


class Row(NamedTuple):
    """One change of the list."""

    change: ChangeRequest
    state: Word
    risk: Word | None
    touches: list[tuple[str, str | Promise, str]]
    """(symbol, kind in words, name) of each proposed version."""
    needs: list[Waiting]
    needed: str
    """Who is still needed, as a sentence."""
    due: str
    """What happens to it by itself, and when; empty if nothing does."""
    urgent: bool


def listing(tab: str, person: Person, filters: Filters) -> ChangeRequestQuerySet:
    """The changes of a tab, in its order."""
    chosen = TABS[tab]
    return filters.narrow(chosen.select(person).annotate(weight=_RISK_ORDER)).order_by(*chosen.order, "-number")


def counts(person: Person) -> dict[str, int]:
    """How many changes each counted tab holds."""
    return {name: tab.select(person).count() for name, tab in TABS.items() if tab.counted}


def rows(changes: Sequence[ChangeRequest]) -> list[Row]:
    """Rows of changes whose items, with their bases, and authors were fetched with them. Two queries."""
    in_review = [change for change in changes if change.state in _IN_REVIEW]
    progress = progress_of(in_review)
    people = people_by_group(group for found in progress.values() for needed in found for group in needed.groups)
    return [_row(change, waiting(progress.get(change.pk, ()), people, _hands(change))) for change in changes]


def _hands(change: ChangeRequest) -> Iterable[int]:
    yield change.requested_by_id
    yield from (author.person_id for author in change.authors.all())
    yield from (item.author_id for item in change.items.all())


def _row(change: ChangeRequest, needs: list[Waiting]) -> Row:
    due_at, due = _due(change)
    return Row(
        change,
        STATES[change.state],
        RISKS.get(change.risk or _risk(change)),
        [(SYMBOLS[item.kind], kind_word(item.kind), item.object_name) for item in change.items.all()],
        needs,
        _needed(change, needs),
        due,
        due_at is not None and due_at < timezone.now() + SOON,
    )


def _risk(change: ChangeRequest) -> str:
    """Of a draft, as it would be submitted; nothing where it cannot be read, for which its own page has the words."""
    if not change.is_editable:
        return ""
    try:
        return assess_items(change.items.all())
    except NotAsSigned:
        return ""


def _due(change: ChangeRequest) -> tuple[datetime | None, str]:
    """When something happens to it by itself, and what."""
    at, text = {
        ChangeState.IN_REVIEW: (change.approve_by, _("expires %(when)s")),
        ChangeState.APPROVED: (change.apply_by, _("expires %(when)s")),
        ChangeState.SCHEDULED: (change.effective_at, _("takes effect %(when)s")),
        ChangeState.EMERGENCY: (change.lapses_at, _("lapses %(when)s")),
    }.get(ChangeState(change.state), (None, ""))
    return at, text % {"when": distance(at)} if at else ""


def _needed(change: ChangeRequest, needs: list[Waiting]) -> str:
    if change.state == ChangeState.EMERGENCY:
        return _("%(n)d others must ratify it") % {"n": RATIFIERS}
    said = [
        ngettext("%(n)d more from %(whom)s", "%(n)d more from %(whom)s", one.missing)
        % {"n": one.missing, "whom": _names(one)}
        for one in needs
        if one.missing
    ]
    if not said and change.state == ChangeState.APPROVED:
        return _("somebody puts it in force")
    return " · ".join(said)


def _names(one: Waiting) -> str:
    if not one.could:
        return _("nobody who could: %(groups)s") % {"groups": one.groups}
    shown = ", ".join(one.could[:NAMES])
    more = len(one.could) - NAMES
    return shown if more <= 0 else _("%(names)s and %(n)d others") % {"names": shown, "n": more}
