"""Who may do what, and what is in force."""

from govern.models.api_key import ApiKey
from govern.models.budget import Budget, BudgetAccount
from govern.models.catalogue import CatalogModel, CredentialSecret, Deployment, Provider, ProviderCredential
from govern.models.governed import Governed, Version
from govern.models.organisation import Application, Team
from govern.models.person import Person
from govern.models.policy import ApprovalRule, GuardPolicy, RoutingPolicy
from govern.models.revision import Revision

GOVERNED: dict[str, type[Governed]] = {
    model.KIND: model
    for model in (
        Team,
        Application,
        Provider,
        ProviderCredential,
        CatalogModel,
        Deployment,
        RoutingPolicy,
        GuardPolicy,
        Budget,
        ApprovalRule,
    )
}
"""Kind → model, in the order in which a revision may create them."""

__all__ = [
    "GOVERNED",
    "ApiKey",
    "Application",
    "ApprovalRule",
    "Budget",
    "BudgetAccount",
    "CatalogModel",
    "CredentialSecret",
    "Deployment",
    "Governed",
    "GuardPolicy",
    "Person",
    "Provider",
    "ProviderCredential",
    "Revision",
    "RoutingPolicy",
    "Team",
    "Version",
]
