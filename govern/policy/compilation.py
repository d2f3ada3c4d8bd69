"""A revision compiled: everything that the gateway decides by, immutable, in the form that it is fastest to read."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from govern.enforcement import Enforcement, GuardPolicyBody, compile_enforcement
from govern.policy.bodies import ApplicationBody, BudgetBody, CredentialBody, EndUsers, ExemptionBody, TeamBody
from govern.policy.budget_line import BudgetLine
from govern.policy.canonical import canonical_json
from govern.policy.conditions import compile_condition
from govern.policy.contents import Contents
from govern.policy.exemptions import Exempted, exempted_guards, live_exemptions, without_exempted
from govern.policy.keep_days import keep_days
from govern.policy.life_cycle import heir_of, is_retired, next_end_s, why_retired
from govern.policy.scope import covers
from govern.policy.stops import NOTHING_STOPPED, Stops
from routing.bodies import CatalogModelBody, DeploymentBody, RoutingPolicyBody
from routing.catalog import Catalog, Deployment, Model
from routing.choose import CompiledPolicy, CompiledRule
from routing.credentials import Credential
from routing.money import Prices, nano_usd
from routing.parameters import published_facts
from routing.provider_body import ProviderBody
from routing.providers import PROVIDERS, Target

EMBEDDED = "embedded"
"""The base URL that stands for the model which Govern runs itself."""


class ScopedBudget(NamedTuple):
    """A budget that covers an application's calls only with one key or one model."""

    key: str | None
    model: str | None
    line: BudgetLine


class CompiledApplication(NamedTuple):
    """An application with everything that applies to it."""

    name: str
    team: str
    tags: tuple[str, ...]
    environment: str
    data_class: str
    models: frozenset[str]
    enforcement: Enforcement
    budgets: tuple[BudgetLine, ...]
    scoped_budgets: tuple[ScopedBudget, ...]
    facts: Mapping[str, object]
    """The words about the application that conditions may read."""
    end_users: EndUsers = EndUsers()
    """How the people behind its calls are known."""
    exempted: tuple[Exempted, ...] = ()
    """Guards that are not asked for it."""
    stopped: str | None = None
    """Why its traffic is turned off, if it is."""
    keep_days: int = 400
    """How long is kept what was said in its calls."""

    def budgets_of(self, key: str, model: str) -> tuple[BudgetLine, ...]:
        """Every budget that covers a call with this key to this model."""
        if not self.scoped_budgets:
            return self.budgets
        return self.budgets + tuple(
            b.line for b in self.scoped_budgets if b.key in (None, key) and b.model in (None, model)
        )


class CompiledRevision(NamedTuple):
    """What is in force."""

    number: int
    sha256: str
    applications: Mapping[str, CompiledApplication]
    catalog: Catalog
    routing: tuple[CompiledPolicy, ...]
    outdated_at_s: float = float("inf")
    """Unix time at which an exemption or a model ends, so that this must be compiled again."""
    issuers: frozenset[str] = frozenset()
    """Whose tokens about end users are taken."""
    stops: Stops = NOTHING_STOPPED
    """What the kill switch has turned off."""


def compile_revision(
    number: int,
    sha256: str,
    contents: Contents,
    secrets: Mapping[str, str],
    *,
    embedded_url: str,
    hash_key: bytes,
    now_s: float | None = None,
) -> CompiledRevision:
    """Compiles the bodies in force. `secrets`: credential name → secret; `hash_key`: for redaction by keyed hash; `now_s`: the Unix
    time at which exemptions are judged, by default now.

    Raises `PolicyInvalid` or `ConditionInvalid`, which a revision that was checked when it was written never does.
    """
    now_s = time.time() if now_s is None else now_s
    today = datetime.fromtimestamp(now_s, UTC).date()
    exemptions = live_exemptions(contents, now_s)
    stops = Stops.of(contents)
    applications = _applications(contents, exemptions, stops, hash_key)
    return CompiledRevision(
        number=number,
        sha256=sha256,
        applications=applications,
        stops=stops,
        issuers=frozenset(found.end_users.issuer for found in applications.values()) - {""},
        catalog=_catalog(contents, stops, secrets, embedded_url, today),
        routing=tuple(compile_routing(entry.body) for entry in contents.get("routing_policy", {}).values()),
        outdated_at_s=min(
            next_end_s({name: entry.body for name, entry in contents.get("catalog_model", {}).items()}, today),
            *(exemption.expires_at.timestamp() for exemption in exemptions),
            float("inf"),
        ),
    )


def compile_routing(body: RoutingPolicyBody) -> CompiledPolicy:
    """A routing policy with its conditions compiled. Raises `ConditionInvalid`."""
    rules = []
    for rule in body.rules:
        condition = compile_condition(rule.when)
        small_when = compile_condition(rule.small_when) if rule.small_when else None
        names = condition.names | small_when.names if small_when else condition.names
        rules.append(CompiledRule(rule, condition, condition.names, small_when, names))
    return CompiledPolicy(body, compile_condition(body.when), tuple(rules))


def _applications(
    contents: Contents, exemptions: list[ExemptionBody], stops: Stops, hash_key: bytes
) -> dict[str, CompiledApplication]:
    guards: list[GuardPolicyBody] = [entry.body for entry in contents.get("guard_policy", {}).values()]
    budgets = [(entry.object_id, entry.body) for entry in contents.get("budget", {}).values()]
    teams: dict[str, TeamBody] = {name: entry.body for name, entry in contents.get("team", {}).items()}
    compiled: dict[tuple[str, ...], Enforcement] = {}
    applications: dict[str, CompiledApplication] = {}
    for name, entry in contents.get("application", {}).items():
        body: ApplicationBody = entry.body
        team = teams.get(body.team)
        tags = tuple(dict.fromkeys((*body.tags, *(team.tags if team else ()))))
        whole = [policy for policy in guards if covers(policy.scope, name, body.team, tags)]
        exempted = tuple(
            each for policy in whole for each in exempted_guards(policy, exemptions, name, body.team, tags)
        )
        covering = tuple(without_exempted(policy, exempted) for policy in whole)
        key = tuple(canonical_json(policy) for policy in covering)
        if key not in compiled:
            compiled[key] = compile_enforcement(
                [(p.name, p) for p in covering], compile_condition=compile_condition, hash_key=hash_key
            )
            compiled[key].warm_up()
        plain, scoped = _budgets(budgets, name, body.team)
        applications[name] = CompiledApplication(
            name=name,
            team=body.team,
            tags=tags,
            environment=body.environment,
            data_class=body.data_class,
            models=frozenset(body.models),
            enforcement=compiled[key],
            budgets=plain,
            scoped_budgets=scoped,
            facts={
                "application": name,
                "team": body.team,
                "tags": list(tags),
                "environment": body.environment,
                "data_class": body.data_class,
            },
            end_users=body.end_users,
            exempted=exempted,
            stopped=stops.everything or stops.applications.get(name),
            keep_days=keep_days(contents, compiled[key].payload),
        )
    return applications


def _budgets(
    budgets: list[tuple[UUID, BudgetBody]], application: str, team: str
) -> tuple[tuple[BudgetLine, ...], tuple[ScopedBudget, ...]]:
    plain: list[BudgetLine] = []
    scoped: list[ScopedBudget] = []
    for object_id, body in budgets:
        scope = body.scope
        if not scope.covers(application, team):
            continue
        line = BudgetLine(
            object_id, body.name, body.period, nano_usd(body.limit_usd), body.action == "block", body.per_end_user
        )
        if scope.key is None and scope.model is None:
            plain.append(line)
        else:
            key = scope.key.partition("/")[2] if scope.key else None
            scoped.append(ScopedBudget(key or None, scope.model, line))
    return tuple(plain), tuple(scoped)


def _catalog(
    contents: Contents, stops: Stops, secrets: Mapping[str, str], embedded_url: str, today: date
) -> dict[str, Model]:
    providers: dict[str, ProviderBody] = {n: e.body for n, e in contents.get("provider", {}).items()}
    credentials: dict[str, list[CredentialBody]] = {}
    for entry in contents.get("provider_credential", {}).values():
        credentials.setdefault(entry.body.provider, []).append(entry.body)
    served: dict[str, list[Deployment]] = {}
    models: dict[str, CatalogModelBody] = {n: e.body for n, e in contents.get("catalog_model", {}).items()}
    for name, entry in contents.get("deployment", {}).items():
        body: DeploymentBody = entry.body
        provider, model = providers.get(body.provider), models.get(body.model)
        if provider is not None and model is not None:
            served.setdefault(body.model, []).append(
                _deployment(
                    name,
                    body,
                    provider,
                    model,
                    credentials.get(body.provider, []),
                    secrets,
                    embedded_url,
                    stops.of_deployment(body.model, body.provider),
                )
            )
    return {name: _model(name, models, tuple(served.get(name, ())), today) for name in models}


def _model(name: str, models: Mapping[str, CatalogModelBody], served: tuple[Deployment, ...], today: date) -> Model:
    body = models[name]
    prices = Prices.of_model(body)
    if not is_retired(body, today):
        return Model(name, body, prices, served)
    heir = heir_of(name, models, today)
    return Model(name, body, prices, served, why_retired(body, heir), heir)


def _deployment(
    name: str,
    body: DeploymentBody,
    provider: ProviderBody,
    model: CatalogModelBody,
    credentials: list[CredentialBody],
    secrets: Mapping[str, str],
    embedded_url: str,
    stopped: str | None,
) -> Deployment:
    embedded = provider.base_url == EMBEDDED
    usable = tuple(Credential(c.name, secrets[c.name], c.weight) for c in credentials if c.name in secrets and c.weight)
    unusable = None
    if stopped is not None:
        unusable = f"stopped: {stopped}"
    elif embedded and not embedded_url:
        unusable = "the embedded model does not run; start Govern without --no-model"
    elif credentials and not usable:
        unusable = f"no credential of {provider.name} is set; set {credentials[0].env} and start Govern again"
    elif provider.kind not in PROVIDERS:
        unusable = f"providers of kind {provider.kind} cannot be called yet"
    return Deployment(
        name=name,
        model=body.model,
        provider=body.provider,
        region=body.region or provider.region,
        weight=body.weight,
        target=Target(
            provider=provider.name,
            kind=provider.kind,
            base_url=embedded_url if embedded else provider.base_url,
            upstream_model=body.upstream_model,
            allow_private_address=body.allow_private_address or embedded,
            options=provider.options,
            limits=provider.limits,
            max_output_tokens=model.max_output_tokens,
            parameters=model.parameters or published_facts(provider.kind, body.upstream_model, model.name),
        ),
        credentials=usable,
        data_classes=frozenset(provider.data_classes),
        unusable=unusable,
    )
