"""Sealing payloads: each under a key of its own, which is wrapped by a key-encryption key that lies elsewhere."""

import hashlib
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings

_KEY_BYTES = 32
_NONCE_BYTES = 12


class PayloadUnreadable(Exception):
    """A payload was erased, belongs to something else, or was sealed with a key that is not configured."""


class SealedPayload(NamedTuple):
    """A payload under AES-256-GCM, and its key under AES key wrap (RFC 3394)."""

    key_id: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes


class PayloadSealer:
    """Seals and opens payloads. The key-encryption key is derived from a master key, for this purpose alone."""

    def __init__(self, master_key: bytes) -> None:
        self._key = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"govern payloads").derive(master_key)
        self.key_id = hashlib.sha256(b"govern key " + self._key).hexdigest()[:16]

    def seal(self, content: bytes, *, bound_to: bytes) -> SealedPayload:
        """Seals content; it opens only with the same `bound_to`."""
        key = secrets.token_bytes(_KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return SealedPayload(
            self.key_id, aes_key_wrap(self._key, key), nonce, AESGCM(key).encrypt(nonce, content, bound_to)
        )

    def open(self, sealed: SealedPayload, *, bound_to: bytes) -> bytes:
        """The content. Raises `PayloadUnreadable`."""
        if sealed.key_id != self.key_id:
            raise PayloadUnreadable(f"sealed with key {sealed.key_id}, which is not configured")
        try:
            key = aes_key_unwrap(self._key, sealed.wrapped_key)
            return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, bound_to)
        except (InvalidUnwrap, InvalidTag):
            raise PayloadUnreadable("changed, or bound to something else") from None


def configured_sealer() -> PayloadSealer:
    """The sealer of this installation's master key."""
    return PayloadSealer(settings.GOVERN_MASTER_KEY)
