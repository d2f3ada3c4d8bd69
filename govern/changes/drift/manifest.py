"""The objects in force, against the manifest of the newest revision and its signature."""

from govern.changes.revisions import changed_names, manifest_in_force
from govern.changes.signed_text import signed_text
from govern.identity.keyring import keyring
from govern.models import Revision
from govern.policy.canonical import content_digest


def changed_objects() -> list[str]:
    """`KIND/NAME` of what differs from the newest revision, and `revision/NUMBER` if that does not verify itself."""
    newest = Revision.objects.order_by("-number").first()
    if newest is None:
        return []
    places = changed_names(newest.entries, manifest_in_force())
    text = signed_text(newest.number, newest.sha256, newest.created_at)
    if content_digest(newest.manifest) != newest.sha256 or not keyring().verifies(text, newest.signature):
        places.append(f"revision/{newest.number}")
    return places
