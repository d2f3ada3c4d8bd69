"""How much harm a change could do, computed from its difference and never chosen from a menu.

What loosens (a guard gone, more money, another provider or region) weighs more than what tightens. Each kind says how (`kinds/`).
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from govern.changes.differences import differences
from govern.changes.kinds import KINDS
from govern.changes.reasons import LEVELS, Reason, gravest
from govern.models import ChangeItem


def assess(kind: str, before: Any, after: Any) -> list[Reason]:
    """Why a change of one object from one body to another is risky, the gravest reason first. None: no body."""
    found = list(KINDS[kind].risk(before, after))
    if not found and differences(before, after):
        found = [Reason("low", _("changes nothing that decides about calls"))]
    return sorted(found, key=lambda reason: -LEVELS.index(reason.level))


def assess_item(item: ChangeItem) -> list[Reason]:
    """The reasons of one proposed version, against the version that it is based on."""
    found = assess(item.kind, item.base.body if item.base else None, item.body)
    if item.secret is not None:
        found.insert(0, Reason("high", _("replaces the secret with which a provider is called")))
    return found


def assess_items(items: Iterable[ChangeItem]) -> str:
    """The risk of a whole change: that of its gravest reason."""
    return gravest(reason for item in items for reason in assess_item(item))
