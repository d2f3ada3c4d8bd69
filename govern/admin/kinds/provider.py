"""Providers in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.catalogue import provider
from routing.provider_body import ProviderBody
from routing.providers import DESCRIBED

show(
    Face(
        kind="provider",
        tell=provider,
        menu=Menu("catalogue", 30, _("Providers")),
        words={
            "region": Words(
                _("Region"), _("Where prompts are processed, such as eu. Routing and rules can ask for it.")
            ),
            "ProviderBody.kind": Words(_("Interface"), _("How the provider is spoken to.")),
            "base_url": Words(
                _("Address"),
                _("Where its API begins, such as https://api.openai.com/v1; “embedded” is Govern's own model."),
            ),
            "data_retention": Words(
                _("What it keeps"), _("What the provider says about keeping prompts, such as “none” or “30 days”.")
            ),
            "options": Words(_("Options"), _("Settings of this provider alone, such as api_version.")),
            "limits": Words(_("Limits of one call"), _("Time is in milliseconds.")),
            "connect_ms": Words(_("To connect"), _("Milliseconds.")),
            "first_byte_ms": Words(_("To the first byte"), _("Milliseconds.")),
            "idle_ms": Words(_("Between two bytes"), _("Milliseconds.")),
            "total_ms": Words(_("In all"), _("Milliseconds.")),
            "max_response_bytes": Words(_("Largest answer"), _("Bytes.")),
        },
        choices={f"kind.{kind}": _(described.label) for kind, described in DESCRIBED.items()},
        known={
            (ProviderBody, "region"): "region",
        },
    )
)
