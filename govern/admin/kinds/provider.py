"""Providers in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.catalogue import provider
from routing.provider_body import ProviderBody
from routing.provider_contract import Contract
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
            "contract": Words(_("Contract"), _("What is agreed with the provider, as far as it is known.")),
            "agreement": Words(_("Data processing agreement"), _("Where it is found, such as its number or address.")),
            "agreed_on": Words(_("Agreed on"), _("A day such as 2027-03-31.")),
            "zero_retention": Words(_("Keeps nothing of prompts and answers")),
            "zero_retention_evidence": Words(
                _("Evidence that it keeps nothing"), _("Where the provider has promised it.")
            ),
            "Contract.regions": Words(_("Regions by contract"), _("Where it may process data.")),
            "soc2_report_on": Words(
                _("Last SOC 2 report"), _("A day such as 2027-03-31. After a year it stands on the desk.")
            ),
            "exit_plan": Words(_("Exit plan"), _("What is done when the contract ends, or the provider.")),
            "ends_on": Words(
                _("Contract ends"), _("A day such as 2027-03-31. Sixty days before it stands on the desk.")
            ),
            "ProviderBody.data_classes": Words(
                _("Data that it may get"),
                _("Classes of data, by those of the applications that call. None given: all."),
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
            (Contract, "regions"): "region",
        },
        long=((Contract, "exit_plan"),),
    )
)
