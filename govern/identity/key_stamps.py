"""The stamp of an API key: that Govern issued this very key.

The database refuses keys that Govern did not issue (`govern/guarantees/keys.sql`); gateways do not rely on that and serve only keys
whose stamp is right. The key of stamps is not in the database, so even its owner cannot make one.
"""

import hmac
from datetime import datetime

from govern.identity.keyring import Keyring, keyring
from govern.identity.write_proofs import proven_instant


def key_stamp(
    id: str, application_id: str, name: str, digest: str, expires_at: datetime | None, *, ring: Keyring | None = None
) -> str:
    """The stamp that a key must carry. Revoking is not under it: a revoked key stays revoked by the database."""
    lines = ("govern/key", id, application_id, digest, proven_instant(expires_at), name)
    return (ring or keyring()).stamp("\n".join(lines))


def is_stamped(
    id: str,
    application_id: str,
    name: str,
    digest: str,
    expires_at: datetime | None,
    stamp: str,
    *,
    ring: Keyring | None = None,
) -> bool:
    """Whether Govern issued this key as it is."""
    return hmac.compare_digest(key_stamp(id, application_id, name, digest, expires_at, ring=ring), stamp)
