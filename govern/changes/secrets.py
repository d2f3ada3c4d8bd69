"""A provider's secret on its way through a change request: sealed when it is typed, opened only by the gateway."""

import base64
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from govern.changes.refused import ChangeRefused
from govern.identity.credential_binding import secret_binding
from govern.identity.keyring import keyring
from govern.parts.secrets import is_sendable


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret under AES-GCM, bound to the name of its credential."""

    key_id: str
    nonce: str
    ciphertext: str
    last_four: str

    @property
    def sha256(self) -> str:
        """What an approval is bound to: it stands for this very ciphertext."""
        return sha256(f"{self.key_id}\n{self.nonce}\n{self.ciphertext}\n{self.last_four}".encode()).hexdigest()

    def as_json(self) -> dict[str, str]:
        """For the proposed version."""
        return {
            "key_id": self.key_id,
            "nonce": self.nonce,
            "ciphertext": self.ciphertext,
            "last_four": self.last_four,
        }


def seal_secret(*, credential: str, secret: str) -> SealedSecret:
    """Seals a secret for the credential of this name. The last four characters stay readable if the secret is long.

    Raises `ChangeRefused` for one that no header can carry.
    """
    if not is_sendable(secret):
        raise ChangeRefused(
            "secret_not_sendable",
            _(
                "The secret holds a line break, a control character or a letter that no header can carry. Enter the key alone."
            ),
        )
    sealed = keyring().seal(secret, bound_to=secret_binding(credential))
    return SealedSecret(
        key_id=sealed.key_id,
        nonce=base64.b64encode(sealed.nonce).decode(),
        ciphertext=base64.b64encode(sealed.ciphertext).decode(),
        last_four=secret[-4:] if len(secret) >= 12 else "",
    )
