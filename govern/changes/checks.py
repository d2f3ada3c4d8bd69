"""What is checked before a change may be submitted. Everything wrong is told at once, each with its place and what to do."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from govern.budgets.periods import period_start
from govern.changes.addresses import check_addresses
from govern.changes.approvals import are_one, eligible, hands_in, requirements
from govern.changes.check import Check, reported
from govern.changes.containment import would_stop
from govern.changes.contents import bodies_with
from govern.changes.document import Document
from govern.changes.references import check_references
from govern.changes.risk import assess_items
from govern.changes.simulation.reading import simulation_standing
from govern.identity.sign_in_code import sign_in_code
from govern.models import GOVERNED, Budget, BudgetAccount, ChangeItem, ChangeRequest, Membership, Person
from govern.policy.bodies import BudgetBody, ExemptionBody, MembershipBody, body_name
from govern.policy.containment_body import ContainmentBody
from govern.policy.payload_export_body import LONGEST_VALID, PayloadExportBody
from govern.policy.use_case_body import UseCaseBody
from routing.money import NANO_USD, nano_usd
from routing.provider_body import ProviderBody

Bodies = dict[str, dict[str, Any]]
"""Kind → name → body, as they would be with the change in force."""


def run_checks(change: ChangeRequest, items: Iterable[ChangeItem] | None = None) -> list[Check]:
    """Every check of a change, as things are now. About twenty queries.

    `items`: those that it would have, where they are not saved yet.
    """
    items = list(change.items.select_related("base") if items is None else items)
    bodies = bodies_with(items)
    return [
        *_content(change, items),
        *_base(items),
        *_references(bodies),
        *_addresses(items, bodies),
        *_money(items),
        *_unpriced(items, bodies),
        *_people(items),
        *_contracts(items),
        *_contained(items, bodies),
        *_window(change),
        *_satisfiable(change, items),
        *_simulated(change),
    ]


def _verdict(code: str, failures: list[Check]) -> list[Check]:
    return failures or [Check(f"{code}.holds", True)]


def _content(change: ChangeRequest, items: list[ChangeItem]) -> list[Check]:
    failures = []
    if not items:
        failures.append(Check("content.empty", False))
    if not change.reason.strip():
        failures.append(Check("content.reason", False))
    for item in items:
        if (
            item.base
            and item.action == ChangeItem.Action.UPDATE
            and item.base.sha256 == item.sha256
            and not item.secret
            and item.kind != Membership.KIND  # the same roles again: they are confirmed
        ):
            failures.append(Check("content.same", False, _place(item)))
        if item.body is not None and body_name(item.kind, item.body) != item.object_name:
            failures.append(Check("content.name", False, _place(item)))
    return _verdict("content", failures)


def _base(items: list[ChangeItem]) -> list[Check]:
    return _verdict(
        "base", [Check("base.moved", False, _place(item)) for item in items if item.base_id != _live_version(item)]
    )


def _live_version(item: ChangeItem) -> object:
    found = GOVERNED[item.kind].objects.filter(name=item.object_name).values_list("pk", "active_version_id").first()
    if found is None:
        return None
    return found[1] if found[0] == item.object_id else "another object"


def _references(proposed: Bodies) -> list[Check]:
    document = Document({}, {}, [])
    bodies = {
        kind: {name: (f"{kind}/{name}", body) for name, body in named.items()} for kind, named in proposed.items()
    }
    check_references(document, bodies)
    found = sorted(set(document.problems))
    return _verdict("references", [reported("references", problem.place, problem.message) for problem in found])


def _addresses(items: list[ChangeItem], proposed: Bodies) -> list[Check]:
    document = Document({}, {}, [])
    check_addresses(
        document,
        {(item.kind, item.object_name): (_place(item), item.body) for item in items},
        proposed,
    )
    return _verdict("address", [reported("address", found.place, found.message) for found in document.problems])


def _money(items: list[ChangeItem]) -> list[Check]:
    failures = []
    for item in items:
        if not isinstance(item.body, BudgetBody):
            continue
        budget = Budget.objects.filter(name=item.object_name).first()
        start = period_start(item.body.period, timezone.now().timestamp())
        account = budget and BudgetAccount.objects.filter(budget_id=budget.pk, period_start=start).first()
        if account and account.settled_nano_usd > nano_usd(item.body.limit_usd):
            spent = f"${Decimal(account.settled_nano_usd) / NANO_USD:,.2f}"
            failures.append(Check("budget.spent", False, f"{_place(item)}.limit_usd", {"spent": spent}))
    return _verdict("budget", failures)


def _unpriced(items: list[ChangeItem], proposed: Bodies) -> list[Check]:
    """Warns of models without a price that a budget which blocks would cover: each such call is refused, for its cost has no bound."""
    touched = {item.object_name for item in items if item.kind == "catalog_model"}
    budgets = {name: body for name, body in proposed["budget"].items() if body.action == "block"}
    widened = {item.object_name for item in items if isinstance(item.body, BudgetBody) and not _covered_before(item)}
    failures = []
    for name, model in proposed["catalog_model"].items():
        if model.usd_per_1k is not None:
            continue
        looked_at = set(budgets) if name in touched else widened & set(budgets)
        covering = sorted(one for one in looked_at if budgets[one].scope.model in (None, name))
        if covering:
            told = {"budgets": ", ".join(covering)}
            failures.append(Check("price.missing", False, f"catalog_model/{name}.usd_per_1k", told, blocks=False))
    return failures


def _covered_before(item: ChangeItem) -> bool:
    """Whether a budget already refused what it would refuse."""
    before = item.base.body if item.base else None
    return before is not None and before.action == "block" and before.scope == item.body.scope


def _people(items: list[ChangeItem]) -> list[Check]:
    failures = []
    for item in items:
        if (
            isinstance(item.body, MembershipBody)
            and not Person.objects.filter(username=item.object_name, is_active=True).exists()
        ):
            failures.append(Check("people.unknown", False, _place(item)))
        if isinstance(item.body, MembershipBody) and item.body.sign_in_code and not _confirms(item.body):
            failures.append(Check("people.code", False, f"{_place(item)}.sign_in_code"))
        if isinstance(item.body, ExemptionBody) and item.body.expires_at <= timezone.now():
            failures.append(Check("people.expired", False, _place(item)))
        if isinstance(item.body, PayloadExportBody):
            failures += _of_payload_export(item.body, _place(item))
        if isinstance(item.body, UseCaseBody):
            failures += _of_use_case(item.body, _place(item))
    return failures


def _of_payload_export(body: PayloadExportBody, place: str) -> list[Check]:
    """Who is named may reveal what was said, and its time is to come."""
    failures = []
    person = Person.objects.filter(username=body.person, is_active=True).first()
    if person is None:
        failures.append(Check("people.gone", False, f"{place}.person", {"person": body.person}))
    elif not person.has_perm("audit.reveal_payload"):
        failures.append(Check("payloads.rights", False, f"{place}.person", {"person": body.person}))
    if not timedelta() < body.expires_at - timezone.now() <= LONGEST_VALID:
        failures.append(Check("payloads.time", False, f"{place}.expires_at", {"days": LONGEST_VALID.days}))
    return failures


def _of_use_case(body: UseCaseBody, place: str) -> list[Check]:
    """Who answers for a use case and who watches it are there, and are two; and the day of its review is to come."""
    named = {"owner": body.owner, "overseer": body.overseer}
    there = set(Person.objects.filter(username__in=named.values(), is_active=True).values_list("username", flat=True))
    failures = [
        Check("people.gone", False, f"{place}.{field}", {"person": name})
        for field, name in named.items()
        if name not in there
    ]
    if body.owner != body.overseer and are_one(named.values()):
        failures.append(Check("people.one", False, f"{place}.overseer"))
    if body.review_by <= timezone.now():
        failures.append(Check("people.review", False, f"{place}.review_by"))
    return failures


def _confirms(body: MembershipBody) -> bool:
    """Whether the code is the person's; a person whom nobody has to confirm may keep an older one."""
    person = Person.objects.filter(username=body.name).first()
    return person is None or person.credentials_set_by_id is None or sign_in_code(person) == body.sign_in_code


def _contracts(items: list[ChangeItem]) -> list[Check]:
    """Warns of providers whose contract, as the change has it, is over: people decide whether to go on without one."""
    today = timezone.now().date().isoformat()
    return [
        Check("contract.ended", False, f"{_place(item)}.contract.ends_on", blocks=False)
        for item in items
        if isinstance(item.body, ProviderBody) and item.body.contract and "" < item.body.contract.ends_on < today
    ]


def _contained(items: list[ChangeItem], proposed: Bodies) -> list[Check]:
    """Warns of applications that a rule would stop as soon as it is in force."""
    return [
        Check("containment.now", False, _place(item), {"applications": ", ".join(stopped)}, blocks=False)
        for item in items
        if isinstance(item.body, ContainmentBody) and (stopped := would_stop(item.body, proposed))
    ]


def _window(change: ChangeRequest) -> list[Check]:
    now = timezone.now()
    if change.apply_by and change.apply_by <= now:
        return [Check("window.passed", False)]
    if change.effective_at and change.apply_by and change.effective_at >= change.apply_by:
        return [Check("window.late", False)]
    return []


def _satisfiable(change: ChangeRequest, items: list[ChangeItem]) -> list[Check]:
    if not items:
        return []
    authors = hands_in(change)
    failures = []
    for needed in requirements((item.kind for item in items), assess_items(items)):
        people = eligible(needed.groups, without=authors)
        if len(people) < needed.quorum:
            told = {"quorum": needed.quorum, "groups": ", ".join(needed.groups), "number": len(people)}
            rule = f"approval_rule/{needed.rule}" if needed.rule else ""
            failures.append(Check("approvers.few", False, rule, told))
    return _verdict("approvers", failures)


def _simulated(change: ChangeRequest) -> list[Check]:
    standing = simulation_standing(change)
    return [Check(f"simulation.{standing}", standing == "holds", blocks=False)] if standing else []


def _place(item: ChangeItem) -> str:
    return f"{item.kind}/{item.object_name}"


def failed(checks: Iterable[Check]) -> list[Check]:
    """Those that stand in the way."""
    return [check for check in checks if check.blocks and not check.passed]
