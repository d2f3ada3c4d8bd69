"""Bodies of the governed objects that are `govern`'s own, and the registry of all kinds.

The same structs decode the bootstrap file, the admin's forms and the REST API, and give the JSON Schema.
"""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, ClassVar, Literal, get_args
from urllib.parse import urlsplit

import msgspec

from govern.enforcement.bodies import GuardPolicyBody, PolicyScope
from govern.policy.containment_body import ContainmentBody
from govern.policy.keeping import ErasureBody, LegalHoldBody, RetentionBody
from govern.policy.payload_export_body import PayloadExportBody
from govern.policy.use_case_body import UseCaseBody
from routing.bodies import Body, CatalogModelBody, DeploymentBody, Name, Price, RoutingPolicyBody
from routing.provider_body import ProviderBody

Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Risk = Literal["low", "medium", "high", "critical"]
Period = Literal["day", "week", "month", "quarter", "year", "total"]


class TeamBody(Body, kw_only=True, frozen=True):
    """People who own applications and share budgets."""

    name: Name
    description: str = ""
    tags: tuple[Tag, ...] = ()


class EndUsers(Body, kw_only=True, frozen=True):
    """How the people behind an application's calls are known."""

    issuer: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """The OpenID Connect issuer whose signed tokens are believed; empty: no tokens are taken."""
    audience: Annotated[str, msgspec.Meta(max_length=255)] = ""
    """What `aud` of a token must name, so that one for another application is none here."""
    claim: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "sub"
    """The claim that says who it is."""
    group_claim: Annotated[str, msgspec.Meta(max_length=100)] = ""
    """The claim that lists groups, for conditions; empty: none is read."""
    other_claims: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=100)], ...] = ()
    """More claims that conditions may read."""
    record: Literal["digest", "plain"] = "digest"
    """How the trail names an end user: by a keyed digest, or as they are called."""

    def __post_init__(self) -> None:
        """A token is believed from somebody and for somebody, or not at all."""
        if bool(self.issuer) != bool(self.audience):
            raise ValueError("`issuer` and `audience` belong together. Give both, or neither.")
        if self.issuer and not _is_issuer(self.issuer):
            raise ValueError("`issuer` must be an https address without query, fragment, user and final slash.")


def _is_issuer(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    own = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    plain = address.isascii() and address.isprintable() and not set(address) & set(" ?#@") and port != 0
    return plain and bool(parts.hostname) and (parts.scheme == "https" or own) and not address.endswith("/")


class ApplicationBody(Body, kw_only=True, frozen=True):
    """A program that calls models. Its words select the policies that cover it."""

    ADDED_LATER: ClassVar = ("use_case",)

    name: Name
    team: Name
    description: str = ""
    tags: tuple[Tag, ...] = ()
    environment: Literal["development", "test", "staging", "production"] = "production"
    data_class: Literal["public", "internal", "confidential", "restricted"] = "internal"
    models: tuple[str, ...] = ()
    """Catalogue models that the application may name; empty: every one."""
    end_users: EndUsers = EndUsers()
    use_case: Name | None = None
    """What it is for, as registered."""


class CredentialBody(Body, kw_only=True, frozen=True):
    """That a provider has a credential, how heavily it is used, and where the secret came from; never the secret itself."""

    name: Name
    provider: Name
    env: str = ""
    weight: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 1


class BudgetScope(Body, kw_only=True, frozen=True):
    """Whom a budget covers. All given words must hold; none: the whole organisation."""

    team: Name | None = None
    application: Name | None = None
    key: str | None = None
    """`application/key name`."""
    model: Name | None = None

    @property
    def owner(self) -> str | None:
        """The one application that it names, by itself or by a key of its."""
        return self.application or (self.key.partition("/")[0] if self.key else None)

    def covers(self, application: str, team: str) -> bool:
        """Whether it counts calls of an application, whatever their key and model."""
        key_owner = self.key.partition("/")[0] if self.key else application
        return self.team in (None, team) and self.application in (None, application) and key_owner == application


class BudgetBody(Body, kw_only=True, frozen=True):
    """Money that may be spent in a period. `block` never lets it be exceeded; `alert` only tells."""

    name: Name
    scope: BudgetScope = BudgetScope()
    period: Period = "month"
    limit_usd: Price
    per_end_user: bool = False
    """The limit is each verified end user's own; whoever is not verified shares one with all others who are not."""
    action: Literal["block", "alert"] = "block"
    alert_at: tuple[Annotated[float, msgspec.Meta(gt=0, le=10)], ...] = (0.8, 1.0)


class ApprovalRuleBody(Body, kw_only=True, frozen=True):
    """How many people of which groups must approve a change of these kinds at this risk."""

    name: Name | None = None
    kinds: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    risk: Annotated[tuple[Risk, ...], msgspec.Meta(min_length=1)] = get_args(Risk)
    quorum: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    groups: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("approver",)


class ExemptionBody(Body, kw_only=True, frozen=True):
    """A guard of a policy that is not asked for some applications until a day that must be given."""

    name: Name
    guard_policy: Name
    guard: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    """The guard's name in the policy, or its sort where it has none, such as `pii`."""
    scope: PolicyScope
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=2_000)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]

    def __post_init__(self) -> None:
        """A moment at either end of the calendar has no name in other time zones, in which it is shown."""
        if not MINYEAR < self.expires_at.year < MAXYEAR:
            raise ValueError("`expires_at` is no day that anybody will see. Choose an earlier year than 9999.")


class MembershipBody(Body, kw_only=True, frozen=True):
    """Which roles a person holds, and what they own as an application owner: by name, or all applications of a team."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$")]
    """The person's username."""
    groups: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    sign_in_code: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4})?$")] = ""
    """What the person read out from their own page: confirms that nobody else acts in their name. Empty confirms nothing."""


class StopBody(Body, kw_only=True, frozen=True):
    """Traffic that is turned off. One person, or a rule, may put it in force; taking it out again is a change like any other."""

    ADDED_LATER: ClassVar = ("until", "rule")

    target: Literal["everything", "application", "model", "provider"]
    of: str = ""
    """Name of the application, model or provider."""
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    name: str | None = None
    """`target:of` unless said otherwise."""
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When it flows again by itself; None: not before others have approved it."""
    rule: Name | None = None
    """The containment rule that stopped it; None: a person did."""

    def __post_init__(self) -> None:
        """A moment at either end of the calendar has no name in other time zones, in which it is shown."""
        if self.until is not None and not MINYEAR < self.until.year < MAXYEAR:
            raise ValueError("`until` must lie between the years 1 and 9999.")


BODIES: dict[str, type[msgspec.Struct]] = {
    "team": TeamBody,
    "use_case": UseCaseBody,
    "application": ApplicationBody,
    "provider": ProviderBody,
    "provider_credential": CredentialBody,
    "catalog_model": CatalogModelBody,
    "deployment": DeploymentBody,
    "routing_policy": RoutingPolicyBody,
    "guard_policy": GuardPolicyBody,
    "budget": BudgetBody,
    "approval_rule": ApprovalRuleBody,
    "exemption": ExemptionBody,
    "membership": MembershipBody,
    "stop": StopBody,
    "containment": ContainmentBody,
    "retention": RetentionBody,
    "legal_hold": LegalHoldBody,
    "erasure": ErasureBody,
    "payload_export": PayloadExportBody,
}
"""Kind of governed object → its body. The kinds also name the objects in a revision's manifest."""


def body_name(kind: str, body: msgspec.Struct) -> str:
    """The name under which a body is known within its kind: its own, or one made of what it joins."""
    name: str | None = getattr(body, "name", None)
    if name:
        return name
    if isinstance(body, DeploymentBody):
        return f"{body.model}@{body.provider}"
    if isinstance(body, ApprovalRuleBody):
        return f"{'+'.join(body.kinds).replace('*', 'all')}:{'+'.join(body.risk)}"
    if isinstance(body, StopBody):
        return f"{body.target}:{body.of}" if body.of else body.target
    raise ValueError(f"A {kind} needs a name.")
