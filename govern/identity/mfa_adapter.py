"""Second factors as allauth keeps them: secrets are sealed with the master key, names are those of Govern."""

import base64

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.identity.keyring import Sealed, keyring
from govern.models import Person

BOUND_TO = "second factor"


class MfaAdapter(DefaultMFAAdapter):
    """What allauth asks about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("That code is not right, or was used already. Wait for the next one."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """A secret as `KEY.NONCE.CIPHERTEXT`, the last two in base64."""
        sealed = keyring().seal(text, bound_to=BOUND_TO)
        return ".".join(
            (sealed.key_id, *(base64.b64encode(part).decode() for part in (sealed.nonce, sealed.ciphertext)))
        )

    def decrypt(self, encrypted_text: str) -> str:
        """Opens what `encrypt` made. Raises `CannotOpen`."""
        key_id, nonce, ciphertext = encrypted_text.split(".")
        return keyring().open(Sealed(key_id, base64.b64decode(nonce), base64.b64decode(ciphertext)), bound_to=BOUND_TO)

    def get_totp_label(self, user: Person) -> str:
        """`username@host`, so that two installations are told apart in an authenticator app."""
        return f"{user.username}@{context.request.get_host()}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who passkeys are made for: this host."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Govern"}

    def _get_user_identifier(self, user: Person) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        """A first guess at a passkey's name."""
        return _("Passkey")
