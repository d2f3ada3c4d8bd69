"""What somebody asks of the list of calls, read from the address: what is wanted, or what of it cannot be meant."""

import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.words import GUARDS, VERDICTS
from audit.selectors.calls import day_bounds
from audit.selectors.outcomes import KINDS, who_ended
from audit.selectors.search import UNINSPECTED, Wanted

Text = str | Promise
SHORTEST_PREFIX = 4
LONGEST = 200
"""Characters of a value that is looked for."""
_CLIENTS = re.compile(r"(?:chatcmpl|cmpl|msg|resp|gen|req)[-_]", re.IGNORECASE)
_NEVER_STORED = frozenset("\x00\ufffd")
"""What no word on the record holds: NUL, and what stands in its place once a request was read."""
_ID = re.compile(r"[0-9a-f]{1,32}\Z")
_NAMES: dict[str, Text] = {
    "application": gettext_lazy("Application"),
    "team": gettext_lazy("Team"),
    "key": gettext_lazy("API key"),
    "model": gettext_lazy("Model"),
    "provider": gettext_lazy("Provider"),
    "code": gettext_lazy("Reason"),
    "guard": gettext_lazy("Guard"),
    "rule": gettext_lazy("Rule"),
    "session": gettext_lazy("Session or agent"),
    "end_user": gettext_lazy("End user"),
}
FIELDS = ("q", "since", "until", "day", *_NAMES, "verdict", "ended", "revision", "cost_min", "cost_max", "order")
MORE = (
    "team",
    "key",
    "model",
    "provider",
    "code",
    "guard",
    "rule",
    "session",
    "end_user",
    "revision",
    "cost_min",
    "cost_max",
)
"""What stands behind “More filters”."""


class SearchAsked(NamedTuple):
    """wanted: None if something cannot be meant. problems: what, in words. call_id: a whole id that was asked for, and nothing else."""

    chosen: dict[str, str]
    wanted: Wanted | None
    problems: list[Text]
    call_id: uuid.UUID | None

    @property
    def filtered(self) -> bool:
        """Whether anything is asked at all, beside the order."""
        return any(value for name, value in self.chosen.items() if name != "order")

    @property
    def more(self) -> bool:
        """Whether something behind “More filters” is."""
        return any(self.chosen[name] for name in MORE)


class _Problem(ValueError):
    def __init__(self, text: Text) -> None:
        super().__init__()
        self.text = text


def read_asked(query: QueryDict) -> SearchAsked:
    """What the address asks."""
    chosen = {name: query.get(name, "").strip() for name in FIELDS}
    problems: list[Text] = []
    fields: dict[str, Any] = {}
    for read in (_id, _words, _numbers, _period):
        try:
            fields.update(read(chosen))
        except _Problem as problem:
            problems.append(problem.text)
    call_id = fields.pop("call_id", None)
    wanted = None if problems else Wanted(**fields, oldest_first=chosen["order"] == "oldest")
    return SearchAsked(chosen, wanted, problems, None if problems else call_id)


def guard_choices() -> list[tuple[str, Text]]:
    """The guards that a filter offers; a policy's own names are written into the address by the pages of cases."""
    return list(GUARDS.items())


def _id(chosen: dict[str, str]) -> Iterator[tuple[str, Any]]:
    sought = chosen["q"]
    if not sought:
        return
    _check(gettext_lazy("Request id"), sought)
    digits = _CLIENTS.sub("", sought, count=1).replace("-", "").lower()
    if not _ID.match(digits):
        yield "client_id", sought
    elif len(digits) == 32:
        yield "call_id", uuid.UUID(digits)
        yield "id_prefix", digits
    elif len(digits) < SHORTEST_PREFIX:
        raise _Problem(
            _("Give at least %(n)d characters of a request id: fewer fit nearly every call.") % {"n": SHORTEST_PREFIX}
        )
    else:
        yield "id_prefix", digits
        yield from _time_of(digits)


def _time_of(digits: str) -> Iterator[tuple[str, Any]]:
    """An id begins with its time in milliseconds, so a short prefix names a stretch of time, in which its calls ended or soon after."""
    if len(digits) >= 12:
        return
    first, last = (int(digits.ljust(12, digit), 16) / 1_000 for digit in "0f")
    try:
        yield "since", datetime.fromtimestamp(first, timezone.get_current_timezone()) - timedelta(minutes=6)
        yield "until", datetime.fromtimestamp(last, timezone.get_current_timezone()) + timedelta(days=1)
    except (ValueError, OverflowError, OSError):
        return


def _words(chosen: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for name, label in _NAMES.items():
        if chosen[name]:
            yield ("person" if name == "end_user" else name), _check(label, chosen[name])
    for name, known in (("verdict", {*VERDICTS, UNINSPECTED}), ("ended", _ends())):
        if chosen[name] and chosen[name] not in known:
            raise _Problem(
                _("There is no such choice: %(said)s. Choose one of the list.") % {"said": chosen[name][:80]}
            )
        if chosen[name]:
            yield name, chosen[name]


def _ends() -> set[str]:
    return {*KINDS, *(f"{kind}:{by}" for kind in KINDS for by in who_ended(kind))}


def _check(label: Text, value: str) -> str:
    if not _NEVER_STORED.isdisjoint(value) or len(value) > LONGEST:
        raise _Problem(
            _("%(field)s: write at most %(n)d characters, and no control characters.") % {"field": label, "n": LONGEST}
        )
    return value.encode("utf-8", "replace").decode()


def _numbers(chosen: dict[str, str]) -> Iterator[tuple[str, Any]]:
    if chosen["revision"]:
        if not chosen["revision"].isascii() or not chosen["revision"].isdecimal() or len(chosen["revision"]) > 9:
            raise _Problem(_("A revision is a whole number, such as 12."))
        yield "revision", int(chosen["revision"])
    least, most = (_nano_usd(chosen[name]) for name in ("cost_min", "cost_max"))
    if least is not None and most is not None and least > most:
        raise _Problem(_("The least cost is more than the most. Exchange them."))
    yield "least_nano_usd", least
    yield "most_nano_usd", most


def _nano_usd(text: str) -> int | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < 10**9:
        raise _Problem(_("A cost is an amount in dollars, such as 0.05."))
    return int(amount * 10**9)


def read_period(chosen: dict[str, str]) -> Iterator[tuple[str, datetime]]:
    """The bounds that `since`, `until` and `day` name. Raises `_Problem`."""
    since = _moment(gettext_lazy("From"), chosen.get("since", ""), end=False)
    until = _moment(gettext_lazy("To"), chosen.get("until", ""), end=True)
    if chosen.get("day"):
        since, until = _day(chosen["day"])
    if since is not None and until is not None and since >= until:
        raise _Problem(_("The period ends before it begins. Exchange “From” and “To”."))
    if since is not None:
        yield "since", since
    if until is not None:
        yield "until", until


def _period(chosen: dict[str, str]) -> Iterator[tuple[str, datetime]]:
    yield from read_period(chosen)


def _day(text: str) -> tuple[datetime, datetime]:
    try:
        return day_bounds(_near(date.fromisoformat(text)))
    except ValueError:
        raise _Problem(_("“%(said)s” is no day. Write it as 2026-11-26.") % {"said": text[:40]}) from None


def _moment(label: Text, text: str, *, end: bool) -> datetime | None:
    """A moment in the reader's zone; a day alone is its beginning or, as an `end`, all of it. A minute as an end is all of it, too."""
    if not text:
        return None
    zone = timezone.get_current_timezone()
    try:
        if len(text) == 10:
            day = _near(date.fromisoformat(text))
            return datetime.combine(day + timedelta(days=end), time.min, zone)
        at = datetime.fromisoformat(text)
        _near(at.date())
    except ValueError:
        raise _Problem(
            _("%(field)s: “%(said)s” is no time. Write it as 2026-11-26 14:30.") % {"field": label, "said": text[:40]}
        ) from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    return at + timedelta(minutes=1) if end and at.second == at.microsecond == 0 else at


def _near(day: date) -> date:
    """A day that has others before and after it in every time zone. Raises `ValueError`."""
    if not 1970 <= day.year <= 9_000:
        raise ValueError
    return day


def read_activity(chosen: dict[str, str]) -> tuple[Text | None, dict[str, datetime]]:
    """What cannot be meant of the filters of what people did, in words, and the period that they name."""
    labels = (
        ("actor", gettext_lazy("Who")),
        ("about", gettext_lazy("What it was about")),
        ("type", gettext_lazy("Event")),
    )
    try:
        for name, label in labels:
            _check(label, chosen[name])
        return None, dict(read_period(chosen))
    except _Problem as problem:
        return problem.text, {}
