"""Who calls: the key in the request's headers, looked up by its SHA-256."""

import hashlib
import time
from collections.abc import Mapping

from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal

MAX_KEY_BYTES = 512
SENT_ONCE = (b"authorization", b"x-api-key", b"x-goog-api-key", b"host")
"""Headers by which a proxy in front may have decided who calls, and where. Two of a name are never taken for one: a door joins them
with a comma, which none of them can hold."""


class UnusableKey(Exception):
    """The key is known but must be refused; its caller is on the record."""

    def __init__(self, key: Key, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.key = key
        self.refusal = refusal


class UnknownApiKey(Refusal):
    """Somebody presents a key that was never issued here."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_api_key", "This key is not known here. Check it, or ask your application's owner for a new one."
        )


def presented_key(headers: Mapping[bytes, bytes]) -> bytes | None:
    """The key that a request presents: `Authorization: Bearer`, `x-api-key` or `x-goog-api-key`."""
    authorization = headers.get(b"authorization")
    if authorization is not None and authorization[:7].lower() == b"bearer ":
        return authorization[7:].strip()
    return headers.get(b"x-api-key") or headers.get(b"x-goog-api-key")


def authenticate(snapshot: Snapshot, headers: Mapping[bytes, bytes]) -> Key:
    """The caller's key. Raises `Refusal` if there is none or more than one, `UnknownApiKey`, and `UnusableKey` for one that is revoked,
    expired or retired."""
    for name in SENT_ONCE:
        if b"," in headers.get(name, b""):
            raise Refusal(
                "invalid_request",
                f"The header `{name.decode()}` was sent more than once, or holds a comma. Send it once, with one value.",
                param=name.decode(),
            )
    presented = presented_key(headers)
    if not presented:
        raise Refusal("invalid_api_key", "Send your key in the header `Authorization: Bearer gk-…`.")
    key = snapshot.keys.get(hashlib.sha256(presented[:MAX_KEY_BYTES]).digest())
    if key is None:
        raise UnknownApiKey
    reason = key.unusable(time.time())
    if reason is not None:
        refusal = Refusal("invalid_api_key", f"This key {reason}. Ask your application's owner for a new one.")
        raise UnusableKey(key, refusal)
    return key
