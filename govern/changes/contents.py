"""What is in force, and what would be if a change were applied."""

from collections.abc import Iterable
from typing import Any

from govern.changes.revisions import manifest_in_force
from govern.models import GOVERNED, ChangeItem

Manifest = dict[str, dict[str, str]]


def bodies_in_force() -> dict[str, dict[str, Any]]:
    """Kind → name → body. One query a kind."""
    return {
        kind: {target.name: target.active_version.body for target in model.objects.in_force() if target.active_version}
        for kind, model in GOVERNED.items()
    }


def bodies_with(items: Iterable[ChangeItem]) -> dict[str, dict[str, Any]]:
    """Kind → name → body as it would be with these proposed versions in force."""
    bodies = bodies_in_force()
    for item in items:
        if item.body is None:
            bodies[item.kind].pop(item.object_name, None)
        else:
            bodies[item.kind][item.object_name] = item.body
    return bodies


def manifest_with(items: Iterable[ChangeItem]) -> Manifest:
    """The manifest as it would be with these proposed versions in force."""
    manifest = manifest_in_force()
    for item in items:
        if item.action == ChangeItem.Action.RETIRE:
            manifest[item.kind].pop(item.object_name, None)
        else:
            manifest[item.kind][item.object_name] = item.sha256
    return manifest


def manifest_without(items: Iterable[ChangeItem]) -> Manifest:
    """The manifest with these applied versions taken out again, where nothing has come after them."""
    manifest = manifest_in_force()
    for item in items:
        live = GOVERNED[item.kind].objects.get(pk=item.object_id).active_version_id
        if live != item.version_id:
            continue
        if item.base is None:
            manifest[item.kind].pop(item.object_name, None)
        else:
            manifest[item.kind][item.object_name] = item.base.sha256
    return manifest
