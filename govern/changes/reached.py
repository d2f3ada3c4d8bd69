"""Whom a proposed version reaches: the applications or people that it covers before and after."""

from govern.changes.kinds import KINDS
from govern.changes.reach import Bodies
from govern.models import ChangeItem


def reached(item: ChangeItem, bodies: Bodies) -> dict[str, str]:
    """Name → `added`, `removed` or `same`, in the order of names. bodies: what is in force, by kind and name."""
    before, after = (
        frozenset() if body is None else KINDS[item.kind].reach(body, bodies)
        for body in (item.base and item.base.body, item.body)
    )
    return {
        name: "same" if name in before & after else "added" if name in after else "removed"
        for name in sorted(before | after)
    }
