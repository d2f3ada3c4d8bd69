"""Checking a proposal while it is written, as it would be checked at submission, with each complaint at its field."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from govern.admin.proposals.conditions import without_text
from govern.admin.proposals.reading import Problem
from govern.changes.check import Check
from govern.changes.checks import failed, run_checks
from govern.changes.languages import in_own_language
from govern.changes.secrets import SealedSecret
from govern.models import GOVERNED, ChangeItem, ChangeRequest, Person
from govern.policy.bodies import body_name
from govern.policy.canonical import canonical_json, content_digest
from govern.policy.shadows import shadowing
from routing.bodies import RoutingPolicyBody
from routing.saying import Saying


def unsaved_item(change: ChangeRequest, *, kind: str, name: str, body: Any, by: Person, secret: bool) -> ChangeItem:
    """The item as saving would make it. It is not saved. `name`: the object's, where it is known already."""
    name = name or body_name(kind, body)
    live = GOVERNED[kind].objects.filter(name=name).select_related("active_version").first()
    base = live.active_version if live else None
    canonical = canonical_json(body)
    item = ChangeItem(
        change=change,
        action=ChangeItem.Action.UPDATE if base else ChangeItem.Action.CREATE,
        kind=kind,
        object_name=name,
        base=base,
        canonical=canonical,
        sha256=content_digest(canonical),
        author=by,
        secret=SealedSecret("", "", "", "").as_json() if secret else None,
    )
    item.object_id = live.pk if live else item.object_id
    return item


def complaints(
    change: ChangeRequest, item: ChangeItem, others: Sequence[ChangeItem]
) -> tuple[list[Problem], list[Check]]:
    """What stands in the way of submitting: at the fields of the item, and elsewhere in the change."""
    here: list[Problem] = []
    elsewhere: list[Check] = []
    at = f"{item.kind}/{item.object_name}"
    for check in failed(run_checks(change, [*others, item])):
        place = check.place.removeprefix(at)
        if check.place.startswith(at) and place[:1] in ("", ".", "["):
            here.append(Problem(place.lstrip("."), sentence(check)))
        elif not (check.code == "content" and not check.place):  # the reason has a field of its own
            elsewhere.append(check)
    return here, elsewhere


def sentence(check: Check) -> str:
    """What a check says, beside its place: as a sentence of its own, without a condition that stands there anyway."""
    text = check.values.get("text")
    said = in_own_language(without_text(text)) if isinstance(text, Saying) else check.message
    return said[:1].upper() + said[1:]


def row_notes(body: Any) -> dict[str, list[str]]:
    """Place of a row → what is good to know of it: that a rule never decides because of one before it."""
    if not isinstance(body, RoutingPolicyBody):
        return {}
    names = [rule.name for rule in body.rules]
    return {
        f"rules[{index}]": [_("Never decides: “%(name)s” takes every call first.") % {"name": names[earlier]}]
        for index, earlier in shadowing([rule.when for rule in body.rules]).items()
    }
