"""Who may do what, and what is in force."""

from govern.models.access_campaign import AccessCampaign, AccessDecision
from govern.models.api_key import ApiKey, ApiKeyUse
from govern.models.background import BackgroundResponse
from govern.models.budget import Budget, BudgetAccount
from govern.models.budget_freeze import BudgetFreeze
from govern.models.cached_answer import CachedAnswer
from govern.models.catalogue import CatalogModel, CredentialSecret, Deployment, Provider, ProviderCredential
from govern.models.change import (
    ChangeComment,
    ChangeRequest,
    ChangeState,
    ChangeTransition,
    Review,
)
from govern.models.conversation import Conversation, ConversationEntry
from govern.models.detection_run import DetectionRun
from govern.models.end_user_account import EndUserAccount
from govern.models.governed import Governed, Version
from govern.models.keeping import Erasure, LegalHold, PayloadExport, Retention
from govern.models.notification import Notification
from govern.models.organisation import Application, Team
from govern.models.person import Membership, Person
from govern.models.policy import ApprovalRule, Containment, Exemption, GuardPolicy, RoutingPolicy, Stop
from govern.models.proposal import ChangeAuthor, ChangeItem
from govern.models.revision import Revision
from govern.models.simulation import Simulation
from govern.models.use_case import UseCase

GOVERNED: dict[str, type[Governed]] = {
    model.KIND: model
    for model in (
        Team,
        UseCase,
        Application,
        Provider,
        ProviderCredential,
        CatalogModel,
        Deployment,
        RoutingPolicy,
        GuardPolicy,
        Budget,
        ApprovalRule,
        Exemption,
        Membership,
        Stop,
        Containment,
        Retention,
        LegalHold,
        Erasure,
        PayloadExport,
    )
}
"""Kind → model, in the order in which a revision may create them."""

__all__ = [
    "GOVERNED",
    "AccessCampaign",
    "AccessDecision",
    "ApiKey",
    "ApiKeyUse",
    "Application",
    "ApprovalRule",
    "BackgroundResponse",
    "Budget",
    "BudgetAccount",
    "BudgetFreeze",
    "CachedAnswer",
    "CatalogModel",
    "ChangeAuthor",
    "ChangeComment",
    "ChangeItem",
    "ChangeRequest",
    "ChangeState",
    "ChangeTransition",
    "Containment",
    "Conversation",
    "ConversationEntry",
    "CredentialSecret",
    "Deployment",
    "DetectionRun",
    "EndUserAccount",
    "Erasure",
    "Exemption",
    "Governed",
    "GuardPolicy",
    "LegalHold",
    "Membership",
    "Notification",
    "PayloadExport",
    "Person",
    "Provider",
    "ProviderCredential",
    "Retention",
    "Review",
    "Revision",
    "RoutingPolicy",
    "Simulation",
    "Stop",
    "Team",
    "UseCase",
    "Version",
]
