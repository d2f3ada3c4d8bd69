"""The snapshot: keys and the revision in force, immutable, swapped by reference.

Read from the database with plain SQL: what the gateway acts on is the newest revision's manifest and the versions it names, checked
against their hashes, never mutable columns.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from psycopg import AsyncConnection

from govern.changes.signed_text import signed_text
from govern.identity.credential_binding import secret_binding
from govern.identity.key_stamps import is_stamped
from govern.identity.keyring import CannotOpen, Keyring, Sealed
from govern.parts.problem import Problem
from govern.parts.secrets import given_key
from govern.policy.bodies import BODIES
from govern.policy.canonical import content_digest
from govern.policy.compilation import CompiledApplication, CompiledRevision, compile_revision
from govern.policy.contents import InForce

_log = logging.getLogger("govern.gateway")


class TamperedRevision(Exception):
    """What the database holds is not what was signed."""


class Key(NamedTuple):
    """An API key as the gateway knows it."""

    id: str
    name: str
    application: CompiledApplication | None
    """None: its application is retired."""
    application_name: str
    expires_at_s: float
    revoked: bool
    replaced: bool = False
    """Another secret has its name; it goes on until it expires."""

    def unusable(self, now_s: float) -> str | None:
        """Why the key must be refused, if it must."""
        if self.revoked:
            return "was revoked"
        if now_s >= self.expires_at_s:
            return "was replaced by a newer secret and has ended" if self.replaced else "has expired"
        return None if self.application else "belongs to an application that is retired"


class Snapshot(NamedTuple):
    """Everything a call is decided by."""

    revision: CompiledRevision
    keys: Mapping[bytes, Key]
    """SHA-256 of the secret → key."""


_REVISION = "SELECT number, manifest, sha256, signature, created_at FROM govern_revision ORDER BY number DESC LIMIT 1"
_VERSIONS = "SELECT kind, object_name, object_id, canonical, sha256 FROM govern_version WHERE sha256 = ANY(%s)"
_SECRETS = """
SELECT DISTINCT ON (s.credential_id) c.name, s.key_id, s.nonce, s.ciphertext
FROM govern_credentialsecret s JOIN govern_providercredential c ON c.id = s.credential_id
ORDER BY s.credential_id, s.created_at DESC
"""
_KEYS = """
SELECT k.id::text, k.application_id::text, k.name, k.digest, k.expires_at, k.stamp, a.name, k.revoked_at IS NOT NULL,
    k.replaced_at IS NOT NULL
FROM govern_apikey k JOIN govern_application a ON a.id = k.application_id
"""


class SnapshotLoader:
    """Builds snapshots; compiles a revision once and keeps it while only API keys change."""

    def __init__(self, ring: Keyring, *, embedded_url: str, hash_key: bytes) -> None:
        self._ring = ring
        self._hash_key = hash_key
        self._embedded_url = embedded_url
        self._compiled: CompiledRevision | None = None
        self._based_on: tuple[Any, ...] = ()

    async def load(self, connection: AsyncConnection[Any]) -> Snapshot | None:
        """The newest snapshot, or None before genesis. Raises `TamperedRevision` and what psycopg raises."""
        cursor = await connection.execute(_REVISION)
        row = await cursor.fetchone()
        if row is None:
            return None
        cursor = await connection.execute("SELECT count(*) FROM govern_credentialsecret")
        based_on = (row[0], row[2], await cursor.fetchone())
        if self._compiled is None or self._based_on != based_on or self.is_outdated():
            self._compiled, self._based_on = await self._compile(connection, row), based_on
        return Snapshot(self._compiled, await self._keys(connection, self._compiled))

    def is_outdated(self) -> bool:
        """Whether an exemption has ended since the revision was compiled."""
        return self._compiled is not None and time.time() >= self._compiled.outdated_at_s

    async def _compile(self, connection: AsyncConnection[Any], row: tuple[Any, ...]) -> CompiledRevision:
        number, manifest, sha256, signature, created_at = row
        if content_digest(manifest) != sha256 or not self._ring.verifies(
            signed_text(number, sha256, created_at), signature
        ):
            raise TamperedRevision(f"Revision {number} does not carry a valid signature of this installation's key.")
        wanted: dict[str, dict[str, str]] = msgspec.json.decode(manifest)
        digests = [digest for names in wanted.values() for digest in names.values()]
        cursor = await connection.execute(_VERSIONS, [digests])
        contents: dict[str, dict[str, InForce]] = {kind: {} for kind in wanted}
        for kind, name, object_id, canonical, digest in await cursor.fetchall():
            if wanted.get(kind, {}).get(name) != digest:
                continue
            if content_digest(canonical) != digest:
                raise TamperedRevision(f"The version of {kind} {name} in revision {number} was changed.")
            contents[kind][name] = InForce(object_id, msgspec.json.decode(canonical.encode(), type=BODIES[kind]))
        for kind, names in wanted.items():
            if missing := sorted(names.keys() - contents[kind].keys()):
                raise TamperedRevision(
                    f"Revision {number} names versions that are missing: {kind} {', '.join(missing)}."
                )
        secrets = await self._secrets(connection, contents)
        return await asyncio.to_thread(
            compile_revision,
            number,
            sha256,
            contents,
            secrets,
            embedded_url=self._embedded_url,
            hash_key=self._hash_key,
        )

    async def _secrets(
        self, connection: AsyncConnection[Any], contents: Mapping[str, Mapping[str, InForce]]
    ) -> dict[str, str]:
        """Stored secrets, and those that came into the environment since their provider was set up."""
        found: dict[str, str] = {}
        for name, entry in contents.get("provider_credential", {}).items():
            try:
                secret = given_key(entry.body.env) if entry.body.env else None
            except Problem as problem:
                _log.error("The credential %s is not used: %s", name, problem)
                continue
            if secret:
                found[name] = secret
        cursor = await connection.execute(_SECRETS)
        for name, key_id, nonce, ciphertext in await cursor.fetchall():
            try:
                found[name] = self._ring.open(
                    Sealed(key_id, bytes(nonce), bytes(ciphertext)), bound_to=secret_binding(name)
                ).strip()
            except CannotOpen:
                found.pop(name, None)  # its deployments say that no credential is set
        return found

    async def _keys(self, connection: AsyncConnection[Any], revision: CompiledRevision) -> dict[bytes, Key]:
        """Keys that Govern issued; one that somebody else wrote is as good as unknown, and found by drift."""
        cursor = await connection.execute(_KEYS)
        rows = await cursor.fetchall()
        return {
            bytes.fromhex(digest): Key(
                id=id_,
                name=name,
                application=revision.applications.get(application),
                application_name=application,
                expires_at_s=expires_at.timestamp() if expires_at else float("inf"),
                revoked=revoked,
                replaced=replaced,
            )
            for id_, application_id, name, digest, expires_at, stamp, application, revoked, replaced in rows
            if is_stamped(id_, application_id, name, digest, expires_at, stamp, ring=self._ring)
        }
