"""Writing versions and the signed revision that puts them in force."""

from collections.abc import Mapping

import msgspec
from django.utils import timezone

from govern.changes.signed_text import signed_text
from govern.identity.keyring import keyring
from govern.models import GOVERNED, Governed, Person, Revision, Version
from govern.policy.canonical import canonical_json, content_digest


def write_version(*, target: Governed, body: msgspec.Struct, author: Person | None) -> Version:
    """Adds the next version of an object. Does not put it in force."""
    canonical = canonical_json(body)
    last = Version.objects.filter(object_id=target.pk).order_by("-number").first()
    return Version.objects.create(
        kind=target.KIND,
        object_id=target.pk,
        object_name=target.name,
        number=last.number + 1 if last else 1,
        canonical=canonical,
        sha256=content_digest(canonical),
        author=author,
        author_name=author.username if author else "genesis",
        based_on=last,
    )


def manifest_in_force() -> dict[str, dict[str, str]]:
    """Kind → name → SHA-256 of what the objects' active versions are now."""
    return {
        kind: dict(
            model.objects.filter(active_version__isnull=False)
            .order_by("name")
            .values_list("name", "active_version__sha256")
        )
        for kind, model in GOVERNED.items()
    }


def write_revision(*, reason: str, by: str) -> Revision:
    """Signs and writes the manifest of what is in force now. The caller holds the transaction."""
    last = Revision.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    manifest = canonical_json(manifest_in_force())
    sha256 = content_digest(manifest)
    created_at = timezone.now()
    ring = keyring()
    return Revision.objects.create(
        number=number,
        manifest=manifest,
        sha256=sha256,
        signature=ring.sign(signed_text(number, sha256, created_at)),
        key_id=ring.signing_key_id,
        reason=reason,
        created_by=by,
        created_at=created_at,
    )


def changed_names(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> list[str]:
    """`kind/name` of everything that differs between two manifests."""
    return sorted(
        f"{kind}/{name}"
        for kind in {*before, *after}
        for name in {*before.get(kind, {}), *after.get(kind, {})}
        if before.get(kind, {}).get(name) != after.get(kind, {}).get(name)
    )
