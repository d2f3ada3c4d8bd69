"""Deployments in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.catalogue import deployment
from routing.bodies import DeploymentBody

show(
    Face(
        kind="deployment",
        tell=deployment,
        menu=Menu("catalogue", 20, _("Deployments")),
        words={
            "upstream_model": Words(_("Name at the provider"), _("What the provider calls the model.")),
            "DeploymentBody.region": Words(_("Region"), _("Empty: the provider's.")),
            "DeploymentBody.name": Words(_("Name"), _("Empty: model@provider.")),
        },
        known={
            (DeploymentBody, "model"): "catalog_model",
            (DeploymentBody, "provider"): "provider",
            (DeploymentBody, "region"): "region",
        },
    )
)
