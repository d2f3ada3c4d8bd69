"""Writing versions and the signed revision that puts them in force."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.utils import timezone

from govern.changes.proofs import revision_proof
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


class SignedManifest(NamedTuple):
    """What the database needs to write the next revision."""

    number: int
    manifest: str
    sha256: str
    signature: str
    key_id: str
    created_at: datetime

    def as_json(self) -> str:
        """For `govern_apply_change` and the other functions that put something in force."""
        proof = revision_proof(self.number, self.sha256)
        return msgspec.json.encode(self._asdict() | {"proof": proof}).decode()


def sign_manifest(manifest: Mapping[str, Mapping[str, str]]) -> SignedManifest:
    """Signs a manifest as the next revision. The caller keeps others from writing one meanwhile."""
    last = Revision.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    canonical = canonical_json(manifest)
    sha256 = content_digest(canonical)
    created_at = timezone.now()
    ring = keyring()
    signature = ring.sign(signed_text(number, sha256, created_at))
    return SignedManifest(number, canonical, sha256, signature, ring.signing_key_id, created_at)


def write_revision(*, reason: str, by: str) -> Revision:
    """Signs and writes the manifest of what is in force now. For genesis, as the owner; the caller holds the transaction."""
    return Revision.objects.create(**sign_manifest(manifest_in_force())._asdict(), reason=reason, created_by=by)


def changed_names(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> list[str]:
    """`kind/name` of everything that differs between two manifests."""
    return sorted(
        f"{kind}/{name}"
        for kind in {*before, *after}
        for name in {*before.get(kind, {}), *after.get(kind, {})}
        if before.get(kind, {}).get(name) != after.get(kind, {}).get(name)
    )
