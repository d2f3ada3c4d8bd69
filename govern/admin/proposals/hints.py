"""What the types do not say of a field: which names complete it, which values are usual, and whether it is a long text."""

from govern.enforcement.bodies import Pii, PolicyScope, Secrets
from govern.identity.groups import APPROVING, GROUPS
from govern.policy.bodies import (
    BODIES,
    ApplicationBody,
    ApprovalRuleBody,
    BudgetScope,
    CredentialBody,
    ExemptionBody,
    MembershipBody,
    StopBody,
    TeamBody,
)
from routing.bodies import (
    Canary,
    CatalogModelBody,
    Constraints,
    DeploymentBody,
    ProviderBody,
    RoutingRule,
)

KNOWN: dict[tuple[type, str], str] = {
    (ApplicationBody, "team"): "team",
    (ApplicationBody, "models"): "catalog_model",
    (ApplicationBody, "tags"): "tag",
    (TeamBody, "tags"): "tag",
    (CredentialBody, "provider"): "provider",
    (BudgetScope, "team"): "team",
    (BudgetScope, "application"): "application",
    (BudgetScope, "model"): "catalog_model",
    (PolicyScope, "teams"): "team",
    (PolicyScope, "applications"): "application",
    (PolicyScope, "tags"): "tag",
    (CatalogModelBody, "smaller_sibling"): "catalog_model",
    (DeploymentBody, "model"): "catalog_model",
    (DeploymentBody, "provider"): "provider",
    (DeploymentBody, "region"): "region",
    (ProviderBody, "region"): "region",
    (Constraints, "regions"): "region",
    (RoutingRule, "candidates"): "catalog_model",
    (RoutingRule, "fallbacks"): "catalog_model",
    (RoutingRule, "weights"): "catalog_model",
    (Canary, "model"): "catalog_model",
    (ExemptionBody, "guard_policy"): "guard_policy",
    (ExemptionBody, "guard"): "guard",
    (MembershipBody, "name"): "person",
    (MembershipBody, "teams"): "team",
    (MembershipBody, "applications"): "application",
    (StopBody, "of"): "target",
    (Pii, "types"): "personal_data",
    (Secrets, "types"): "secret",
}
"""Field → the list of names that completes it (`govern.admin.proposals.completion`)."""

OPTIONS: dict[tuple[type, str], tuple[str, ...]] = {
    (MembershipBody, "groups"): tuple(GROUPS),
    (ApprovalRuleBody, "groups"): tuple(group for group in GROUPS if group in APPROVING),
    (ApprovalRuleBody, "kinds"): ("*", *BODIES),
}
"""Lists of texts of which only these mean anything; another one that a body has already is kept."""

LONG: frozenset[tuple[type, str]] = frozenset(
    {
        (TeamBody, "description"),
        (ApplicationBody, "description"),
        (CatalogModelBody, "notes"),
        (ExemptionBody, "reason"),
        (StopBody, "reason"),
    }
)
"""Texts of several lines."""
