"""The keys that Govern seals secrets and signs revisions with.

They come from the environment, from a file (`NAME_FILE`) or from Vault (KV version 2), never from the database. A sealed value
names the master key it was sealed with, so that keys can be rotated.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12
_KEY_BYTES = 32
_HMAC_BLOCK_BYTES = 64


class CannotOpen(ValueError):
    """A sealed value does not open: another master key, or other associated data."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value under AES-256-GCM."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


def key_fingerprint(key: bytes) -> str:
    """A short name for a key that tells nothing of it."""
    return hashlib.sha256(b"govern key " + key).hexdigest()[:16]


class Keyring:
    """Master keys (the first one seals, all of them open) and the signing key."""

    def __init__(self, master_keys: list[bytes], signing_seed: bytes) -> None:
        for key in (*master_keys, signing_seed):
            if len(key) != _KEY_BYTES:
                raise ImproperlyConfigured("A master or signing key must be 32 bytes in base64.")
        self._masters = {key_fingerprint(key): AESGCM(key) for key in master_keys}
        self._current = key_fingerprint(master_keys[0])
        self._signer = Ed25519PrivateKey.from_private_bytes(signing_seed)
        self.verifier: Ed25519PublicKey = self._signer.public_key()
        self.signing_key_id = key_fingerprint(self.verifier.public_bytes_raw())
        self._proof_key = hmac.digest(signing_seed, b"govern proofs", "sha256")
        self._stamp_key = hmac.digest(signing_seed, b"govern stamps", "sha256")

    def seal(self, value: str, *, bound_to: str) -> Sealed:
        """Encrypts a secret; it opens only with the same `bound_to`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = self._masters[self._current].encrypt(nonce, value.encode(), bound_to.encode())
        return Sealed(key_id=self._current, nonce=nonce, ciphertext=ciphertext)

    def open(self, sealed: Sealed, *, bound_to: str) -> str:
        """Decrypts a secret. Raises `CannotOpen`."""
        cipher = self._masters.get(sealed.key_id)
        if cipher is None:
            raise CannotOpen(f"Sealed with master key {sealed.key_id}, which is not configured.")
        try:
            return cipher.decrypt(sealed.nonce, sealed.ciphertext, bound_to.encode()).decode()
        except InvalidTag:
            raise CannotOpen("The sealed value was changed, or belongs to something else.") from None

    def sign(self, message: bytes) -> str:
        """Ed25519 signature, base64."""
        return base64.b64encode(self._signer.sign(message)).decode()

    def prove(self, text: str) -> str:
        """HMAC-SHA-256 of a text, in hexadecimal, which the database can check and its application's role cannot make."""
        return hmac.digest(self._proof_key, text.encode(), "sha256").hex()

    def stamp(self, text: str) -> str:
        """HMAC-SHA-256 of a text, in hexadecimal, under a key that is never in the database: not even its owner can make one."""
        return hmac.digest(self._stamp_key, text.encode(), "sha256").hex()

    def proof_pads(self) -> tuple[str, bytes, bytes]:
        """(id, inner pad, outer pad) of the key of proofs, for the table that only the database's owner reads."""
        padded = self._proof_key.ljust(_HMAC_BLOCK_BYTES, b"\0")
        return (
            key_fingerprint(self._proof_key),
            bytes(byte ^ 0x36 for byte in padded),
            bytes(byte ^ 0x5C for byte in padded),
        )

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether this ring's key signed the message."""
        try:
            self.verifier.verify(base64.b64decode(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True


@cache
def keyring() -> Keyring:
    """The ring of this installation. Raises `ImproperlyConfigured` when a key is missing or malformed."""
    if settings.GOVERN_VAULT_ADDR:
        from govern.identity.vault import read_keys

        masters, seed = read_keys()
    else:
        masters, seed = [settings.GOVERN_MASTER_KEY], settings.GOVERN_SIGNING_KEY
    return Keyring(list(masters), seed)
