"""The key that signs checkpoints of the trail: the installation's signing key, and those that were it before."""

import base64

from django.conf import settings

from audit.sealing.sealer import Signer
from govern.identity.keyring import keyring


def trail_signer() -> Signer:
    """Who signs the next checkpoint. Raises `ImproperlyConfigured` when a key is missing or malformed."""
    ring = keyring()
    return Signer(
        key_id=ring.signing_key_id,
        public_key=ring.verifier.public_bytes_raw(),
        sign=lambda message: base64.b64decode(ring.sign(message)),
        retired=tuple(settings.GOVERN_RETIRED_SIGNING_KEYS),
    )


def trail_public_keys() -> list[bytes]:
    """Whose signatures of checkpoints count."""
    signer = trail_signer()
    return [signer.public_key, *signer.retired]
