"""One proposed version as the change page shows it: in words, field by field, as JSON, how risky, and whom it reaches."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.presentation.words import Word
from govern.admin.changes.json_lines import Line, json_lines
from govern.admin.changes.reach import Reach, reach
from govern.admin.changes.words import ACTIONS, RISKS, SYMBOLS, kind_word
from govern.admin.faces import tell
from govern.admin.in_force import named
from govern.admin.proposals.places import spoken_place
from govern.admin.sentences.difference import Told, pair
from govern.admin.sentences.sentence import Sentence
from govern.changes.differences import ABSENT, differences
from govern.changes.reach import Bodies
from govern.changes.risk import assess_item
from govern.models import ChangeItem


class Field(NamedTuple):
    """A field that differs. place: in words. before and after: as JSON; empty where the side does not have it."""

    place: str
    before: str
    after: str


class Proposal(NamedTuple):
    """A proposed version in every way in which it can be read."""

    item: ChangeItem
    word: Word
    kind: str | Promise
    symbol: str
    address: str | None
    told: list[Told]
    same: int
    fields: list[Field]
    lines: list[Line]
    reasons: list[tuple[Word, str]]
    reach: Reach


def proposal(item: ChangeItem, bodies: Bodies) -> Proposal:
    """One item of a change. bodies: what is in force, to tell whom it reaches."""
    base = item.base.body if item.base else None
    told = told_between(item.kind, base, item.body)
    if item.secret:
        told.append(Told(None, _new_secret(item.secret.get("last_four", ""))))
    return Proposal(
        item=item,
        word=ACTIONS[item.action],
        kind=kind_word(item.kind),
        symbol=SYMBOLS[item.kind],
        address=named(item.kind, item.object_name) if item.base_id else None,
        told=told,
        same=sum(one.change == "same" for one in told),
        fields=fields_between(item.kind, base, item.body),
        lines=json_lines(item.base.canonical if item.base else "", item.canonical),
        reasons=[(RISKS[reason.level], reason.text) for reason in assess_item(item)],
        reach=reach(item, bodies),
    )


def told_between(kind: str, before: Any, after: Any) -> list[Told]:
    """The difference in sentences; None stands for no body."""
    return pair(*([] if side is None else tell(kind, side) for side in (before, after)))


def fields_between(kind: str, before: Any, after: Any) -> list[Field]:
    """Every field that differs; none where one side has no body, for then all of it is new or gone."""
    if before is None or after is None:
        return []
    return [
        Field(spoken_place(kind, one.place), plain_value(one.before), plain_value(one.after))
        for one in differences(before, after)
    ]


def plain_value(value: Any) -> str:
    """A value as JSON; empty for what is not there."""
    return "" if value is ABSENT else json.dumps(value, ensure_ascii=False)


def _new_secret(last_four: str) -> Sentence:
    text = _("The secret is replaced. It is sealed, and nobody can read it here.")
    fine = (_("The new one ends in %(last_four)s.") % {"last_four": last_four},) if last_four else ()
    return Sentence(text, "lock_reset", "warn", fine)


def proposals(items: Iterable[ChangeItem], bodies: Bodies) -> list[Proposal]:
    """Every item of a change."""
    return [proposal(item, bodies) for item in items]
