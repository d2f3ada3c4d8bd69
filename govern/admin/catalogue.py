"""Models, deployments and providers."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.values import modality_label
from govern.admin.cells import chips, linked_name, tone
from govern.admin.columns import column
from govern.admin.governed import GovernedAdmin, Related
from govern.admin.in_force import in_force, link
from govern.admin.sentences.sentence import compact, dollars
from govern.admin.succession import succession_card, succession_route
from govern.models import CatalogModel, Deployment, Provider
from govern.policy.contracts import expiries
from routing.providers import DESCRIBED


@admin.register(CatalogModel)
class CatalogModelAdmin(GovernedAdmin):
    """Models as policies name them."""

    lead = gettext_lazy("Models as policies name them, wherever they run. Prices are in dollars for 1,000 tokens.")
    empty_heading = gettext_lazy("No models yet")
    empty_advice = gettext_lazy(
        "Write models with their prices into the bootstrap file. A model without a price is refused under a budget."
    )
    shows_in_list = ("family", "window", "modalities", "price_in", "price_out", "quality", "latency")

    @column(gettext_lazy("family"))
    def family(self, found: CatalogModel) -> str:
        return found.body.family if found.body else ""

    @column(gettext_lazy("context"), css="right num")
    def window(self, found: CatalogModel) -> str:
        return compact(found.body.context_window) if found.body else ""

    @column(gettext_lazy("reads"))
    def modalities(self, found: CatalogModel) -> str:
        return chips(modality_label(value) for value in found.body.modalities) if found.body else ""

    @column(gettext_lazy("price in"), css="right num")
    def price_in(self, found: CatalogModel) -> str:
        if found.body is None:
            return ""
        prices = found.body.usd_per_1k
        return dollars(prices.input) if prices else tone(_("no price"), "bad", "money_off")

    @column(gettext_lazy("price out"), css="right num")
    def price_out(self, found: CatalogModel) -> str:
        return dollars(found.body.usd_per_1k.output) if found.body and found.body.usd_per_1k else ""

    @column(gettext_lazy("quality"), css="right num")
    def quality(self, found: CatalogModel) -> str:
        """The mean of its published benchmark results."""
        scores = found.body.scores if found.body else {}
        return f"{sum(scores.values()) / len(scores):.1f}%" if scores else ""

    @column(gettext_lazy("latency"), css="right num nowrap")
    def latency(self, found: CatalogModel) -> str:
        return f"{found.body.base_latency_ms} ms" if found.body and found.body.base_latency_ms else ""

    def get_urls(self) -> list[URLPattern]:
        return [succession_route(self), *super().get_urls()]

    def figure(self, request: HttpRequest, found: CatalogModel) -> str:
        return succession_card(request, found)

    def related(self, request: HttpRequest, found: CatalogModel) -> list[Related]:
        deployments = [
            (d.target.name, d.address, d.body.region) for d in in_force("deployment") if d.body.model == found.name
        ]
        policies = []
        for policy in in_force("routing_policy"):
            using = [rule.name for rule in policy.body.rules if found.name in _models_of(rule)]
            if using:
                policies.append((policy.target.name, policy.address, ", ".join(using)))
        return [
            Related(_("Deployments"), deployments, _("No provider serves this model: calls of it find no route.")),
            Related(_("Routing policies that use it"), policies, _("No rule sends calls to it; callers may name it.")),
        ]


def _models_of(rule: object) -> set[str]:
    canary = getattr(rule, "canary", None)
    return {*getattr(rule, "candidates", ()), *getattr(rule, "fallbacks", ()), *([canary.model] if canary else [])}


@admin.register(Deployment)
class DeploymentAdmin(GovernedAdmin):
    """Models at providers."""

    lead = gettext_lazy("A deployment is a model at a provider. Several of one model share its calls by weight.")
    empty_heading = gettext_lazy("No deployments yet")
    empty_advice = gettext_lazy("Say in the bootstrap file which provider serves which model, and under which name.")
    shows_in_list = ("model_name", "provider", "upstream", "region", "weight")

    @column(gettext_lazy("model"))
    def model_name(self, found: Deployment) -> str:
        return linked_name("catalog_model", found.body.model) if found.body else ""

    @column(gettext_lazy("provider"))
    def provider(self, found: Deployment) -> str:
        return linked_name("provider", found.body.provider) if found.body else ""

    @column(gettext_lazy("name there"), css="mono")
    def upstream(self, found: Deployment) -> str:
        return found.body.upstream_model if found.body else ""

    @column(gettext_lazy("region"))
    def region(self, found: Deployment) -> str:
        return (found.body.region or _("the provider's")) if found.body else ""

    @column(gettext_lazy("weight"), css="right num")
    def weight(self, found: Deployment) -> str:
        return str(found.body.weight) if found.body else ""

    def related(self, request: HttpRequest, found: Deployment) -> list[Related]:
        body = found.body
        return [
            Related(_("Model"), [(*link("catalog_model", body.model), "")], ""),
            Related(_("Provider"), [(*link("provider", body.provider), "")], ""),
        ]


@admin.register(Provider)
class ProviderAdmin(GovernedAdmin):
    """Providers."""

    lead = gettext_lazy(
        "Services that run models: where they are, what they speak, and in which region they process data."
    )
    empty_heading = gettext_lazy("No providers yet")
    empty_advice = gettext_lazy(
        "Write a provider into the bootstrap file; “embedded” is the model that runs inside this installation."
    )
    shows_in_list = ("protocol", "base_url", "region", "retention", "contract")

    @column(gettext_lazy("speaks"))
    def protocol(self, found: Provider) -> str:
        return DESCRIBED[found.body.kind].speaks if found.body else ""

    @column(gettext_lazy("address"), css="mono")
    def base_url(self, found: Provider) -> str:
        return found.body.base_url if found.body else ""

    @column(gettext_lazy("region"))
    def region(self, found: Provider) -> str:
        return found.body.region if found.body else ""

    @column(gettext_lazy("keeps data"))
    def retention(self, found: Provider) -> str:
        return found.body.data_retention if found.body else ""

    @column(gettext_lazy("contract ends"), css="nowrap")
    def contract(self, found: Provider) -> str:
        contract = found.body.contract if found.body else None
        if contract is None or not contract.ends_on:
            return ""
        soon = any(each.what == "contract" for each in expiries(contract, timezone.now().date()))
        return tone(contract.ends_on, "warn", "event_busy") if soon else contract.ends_on

    def related(self, request: HttpRequest, found: Provider) -> list[Related]:
        credentials = [
            (c.target.name, c.address, "") for c in in_force("provider_credential") if c.body.provider == found.name
        ]
        deployments = [
            (d.target.name, d.address, _("weight %(n)d") % {"n": d.body.weight})
            for d in in_force("deployment")
            if d.body.provider == found.name
        ]
        return [
            Related(
                _("Credentials"),
                credentials,
                _("It has no credential; only a provider that asks for none can be used so."),
            ),
            Related(_("Deployments"), deployments, _("No model is deployed here.")),
        ]
