"""Whether the names that bodies mention exist, and whether their rules can do what they say."""

import difflib
from collections.abc import Iterable

import msgspec

from govern.changes.document import Document
from govern.enforcement import PolicyInvalid, compile_enforcement
from govern.enforcement.bodies import GuardPolicyBody, PolicyScope, guard_label
from govern.identity.groups import APPROVING, OWNER
from govern.policy.bodies import (
    BODIES,
    ApplicationBody,
    ApprovalRuleBody,
    BudgetBody,
    CredentialBody,
    ExemptionBody,
    MembershipBody,
    StopBody,
    body_name,
)
from govern.policy.conditions import ConditionInvalid, compile_condition
from govern.policy.shadows import never_matches, shadowing
from routing.bodies import NOT_YET, CatalogModelBody, DeploymentBody, RoutingPolicyBody

Bodies = dict[str, dict[str, tuple[str, msgspec.Struct]]]
"""Kind → name → (place in the document, body)."""


def check_references(document: Document, bodies: Bodies, groups: Iterable[str]) -> None:
    """Reports every dangling name and every condition that does not compile."""
    for kind in BODIES:
        for place, body in bodies[kind].values():
            match body:
                case ApplicationBody():
                    _known(document, bodies, f"{place}.team", "team", body.team)
                    for index, model in enumerate(body.models):
                        _known(document, bodies, f"{place}.models[{index}]", "catalog_model", model)
                case CredentialBody():
                    _known(document, bodies, f"{place}.provider", "provider", body.provider)
                case DeploymentBody():
                    _known(document, bodies, f"{place}.model", "catalog_model", body.model)
                    _known(document, bodies, f"{place}.provider", "provider", body.provider)
                case CatalogModelBody(smaller_sibling=str(sibling)):
                    _known(document, bodies, f"{place}.smaller_sibling", "catalog_model", sibling)
                case RoutingPolicyBody():
                    _check_routing(document, bodies, place, body)
                case GuardPolicyBody():
                    _check_guards(document, bodies, place, body)
                case BudgetBody():
                    _check_budget(document, bodies, place, body)
                case ApprovalRuleBody():
                    _check_approval(document, place, body)
                case ExemptionBody():
                    _check_exemption(document, bodies, place, body)
                case MembershipBody():
                    _check_groups(document, f"{place}.groups", body.groups, groups)
                    _check_ownership(document, bodies, place, body)
                case StopBody():
                    _check_stop(document, bodies, place, body)


def _known(document: Document, bodies: Bodies, place: str, kind: str, name: str) -> None:
    if name in bodies[kind]:
        return
    near = difflib.get_close_matches(name, bodies[kind], n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    document.report(place, f"there is no {kind.replace('_', ' ')} named `{name}`.{hint}")


def _condition(document: Document, place: str, text: str) -> None:
    try:
        compile_condition(text)
    except ConditionInvalid as error:
        document.report(place, str(error))


def _check_routing(document: Document, bodies: Bodies, place: str, body: RoutingPolicyBody) -> None:
    _condition(document, f"{place}.when", body.when)
    seen: set[str] = set()
    for index, rule in enumerate(body.rules):
        at = f"{place}.rules[{index}]"
        if rule.name in seen:
            document.report(f"{at}.name", f"two rules of this policy are named `{rule.name}`.")
        seen.add(rule.name)
        _condition(document, f"{at}.when", rule.when)
        for field in sorted(NOT_YET["RoutingRule"]):
            if getattr(rule, field) is not None:
                document.report(f"{at}.{field}", "is not part of this version: nothing would act on it. Leave it out.")
        for field in ("candidates", "fallbacks"):
            for position, model in enumerate(getattr(rule, field)):
                _served(document, bodies, f"{at}.{field}[{position}]", model)
        if rule.canary:
            _served(document, bodies, f"{at}.canary.model", rule.canary.model)
        for model in rule.weights:
            if model not in rule.candidates:
                document.report(f"{at}.weights.{model}", "has a weight but is no candidate of this rule.")
        if never_matches(rule.when):
            document.report(f"{at}.when", "is false for every call, so this rule can never match.")
    for index, earlier in shadowing([rule.when for rule in body.rules]).items():
        document.report(
            f"{place}.rules[{earlier}].when",
            f"holds whenever the condition of `{body.rules[index].name}` does, so that rule can never match. "
            f"Move `{body.rules[earlier].name}` behind it.",
        )
    if body.rules[-1].when.strip() != "true":
        last = f"{place}.rules[{len(body.rules) - 1}]"
        document.report(f"{last}.when", 'the last rule must match every call: give it `when: "true"`.')


def _check_ownership(document: Document, bodies: Bodies, place: str, body: MembershipBody) -> None:
    for field, kind in (("teams", "team"), ("applications", "application")):
        for index, name in enumerate(getattr(body, field)):
            _known(document, bodies, f"{place}.{field}[{index}]", kind, name)
            if OWNER not in body.groups:
                document.report(
                    f"{place}.{field}[{index}]", f"only who has the role `{OWNER}` owns anything; add it to `groups`."
                )


def _served(document: Document, bodies: Bodies, place: str, model: str) -> None:
    _known(document, bodies, place, "catalog_model", model)
    if model in bodies["catalog_model"] and not any(
        isinstance(body, DeploymentBody) and body.model == model for _, body in bodies["deployment"].values()
    ):
        document.report(place, f"nobody serves `{model}`; add a deployment of it.")


def _check_guards(document: Document, bodies: Bodies, place: str, body: GuardPolicyBody) -> None:
    _check_scope(document, bodies, place, body.scope)
    try:
        compile_enforcement([(body.name, body)], compile_condition=compile_condition)
    except (PolicyInvalid, ConditionInvalid) as error:
        document.report(f"{place}.guards", str(error))


def _check_scope(document: Document, bodies: Bodies, place: str, scope: PolicyScope) -> None:
    for field, kind in (("teams", "team"), ("applications", "application")):
        for index, name in enumerate(getattr(scope, field)):
            _known(document, bodies, f"{place}.scope.{field}[{index}]", kind, name)


def _check_budget(document: Document, bodies: Bodies, place: str, body: BudgetBody) -> None:
    scope = body.scope
    for field, kind in (("team", "team"), ("application", "application"), ("model", "catalog_model")):
        name = getattr(scope, field)
        if name is not None:
            _known(document, bodies, f"{place}.scope.{field}", kind, name)
    if scope.key is not None:
        application, slash, _ = scope.key.partition("/")
        if not slash:
            document.report(f"{place}.scope.key", "must be `application/key name`.")
        else:
            _known(document, bodies, f"{place}.scope.key", "application", application)


def _check_approval(document: Document, place: str, body: ApprovalRuleBody) -> None:
    for index, kind in enumerate(body.kinds):
        if kind != "*" and kind not in BODIES:
            document.report(
                f"{place}.kinds[{index}]", f"there is no kind `{kind}`. Known kinds: {', '.join(BODIES)}, or `*`."
            )
    _check_groups(document, f"{place}.groups", body.groups, APPROVING)


def _check_groups(document: Document, place: str, named: Iterable[str], known: Iterable[str]) -> None:
    for index, group in enumerate(named):
        if group not in known:
            document.report(
                f"{place}[{index}]", f"there is no group `{group}`. Known groups: {', '.join(sorted(known))}."
            )


def _check_exemption(document: Document, bodies: Bodies, place: str, body: ExemptionBody) -> None:
    _known(document, bodies, f"{place}.guard_policy", "guard_policy", body.guard_policy)
    _check_scope(document, bodies, place, body.scope)
    if not (body.scope.teams or body.scope.applications or body.scope.tags):
        document.report(
            f"{place}.scope", "must name whom it exempts; to exempt everyone, take the guard out of the policy."
        )
    _, policy = bodies["guard_policy"].get(body.guard_policy, ("", None))
    if isinstance(policy, GuardPolicyBody):
        labels = [guard_label(guard) for guard in policy.guards]
        if body.guard not in labels:
            document.report(
                f"{place}.guard", f"`{body.guard_policy}` has no guard `{body.guard}`. It has: {', '.join(labels)}."
            )


def _check_stop(document: Document, bodies: Bodies, place: str, body: StopBody) -> None:
    kind = {"application": "application", "model": "catalog_model", "provider": "provider"}.get(body.target)
    if kind:
        _known(document, bodies, f"{place}.of", kind, body.of)


def named(document: Document, bodies: Bodies, kind: str, place: str, body: msgspec.Struct) -> None:
    """Files a body under its name, reporting a second one of the same name."""
    name = body_name(kind, body)
    if name in bodies[kind]:
        document.report(
            place,
            f"there already is a {kind.replace('_', ' ')} named `{name}` (line {document.line(bodies[kind][name][0])}).",
        )
        return
    bodies[kind][name] = (place, body)
