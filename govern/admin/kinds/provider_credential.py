"""Credentials of providers in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.catalogue import credential
from govern.policy.bodies import CredentialBody

show(
    Face(
        kind="provider_credential",
        tell=credential,
        menu=Menu("catalogue", 40, _("Credentials")),
        words={
            "env": Words(
                _("Environment variable"),
                _("Where the secret is read from if none is given here, such as OPENAI_API_KEY."),
            ),
        },
        known={
            (CredentialBody, "provider"): "provider",
        },
    )
)
