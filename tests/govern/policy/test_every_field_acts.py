"""Whatever a body can say, code acts on: outside forms, sentences and risk, some module reads each field.

Where a field's name is common, reading any attribute of that name would prove nothing; so each struct names the modules that act on it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from govern.enforcement.guards import GUARDS as EVERY_GUARD
from govern.policy.bodies import BODIES
from routing.bodies import NOT_YET

ROOT = Path(__file__).parents[3]

COMPILATION = "govern/policy/compilation.py"
GUARDS = ("govern/enforcement/compilation.py", "govern/enforcement/guards/")
ACTS: dict[str, tuple[str, ...]] = {
    **{body.__name__: GUARDS for body in EVERY_GUARD},
    "TeamBody": (COMPILATION, "govern/identity/ownership.py"),
    "UseCaseBody": ("govern/changes/checks.py", "govern/policy/use_case_body.py", "govern/identity/registered_use.py"),
    "ApplicationBody": (COMPILATION, "govern/identity/registered_use.py"),
    "EndUsers": ("govern/gateway/callers/end_users.py",),
    "ProviderBody": (COMPILATION, "govern/parts/up.py", "govern/changes/checks.py"),
    "ProviderLimits": ("routing/client/",),
    "Contract": ("govern/policy/contracts.py",),
    "CredentialBody": (COMPILATION, "govern/changes/"),
    "CatalogModelBody": (
        COMPILATION,
        "routing/choose.py",
        "routing/fitness.py",
        "routing/wish.py",
        "routing/money.py",
        "routing/catalog.py",
        "govern/policy/life_cycle.py",
    ),
    "TokenPrices": ("routing/money.py",),
    "ParameterFacts": ("routing/parameters.py",),
    "LongContext": ("routing/money.py",),
    "DeploymentBody": (COMPILATION,),
    "RoutingPolicyBody": (COMPILATION, "routing/choose.py"),
    "RoutingRule": (COMPILATION, "routing/choose.py", "govern/gateway/admission.py", "govern/gateway/pipeline.py"),
    "CacheRule": ("govern/gateway/cache/",),
    "Constraints": ("routing/fitness.py", "govern/gateway/cost_limit.py"),
    "Canary": ("routing/choose.py",),
    "GuardPolicyBody": (*GUARDS, "govern/policy/", "govern/enforcement/tally.py", "govern/identity/registered_use.py"),
    "PolicyScope": ("govern/policy/scope.py",),
    "SecondOpinion": ("govern/enforcement/guards/prompt_injection.py",),
    "OwnText": ("govern/enforcement/guards/prompt_injection.py",),
    "Leak": ("govern/enforcement/guards/leak.py", "govern/enforcement/compilation.py"),
    "Classifier": (*GUARDS, "govern/changes/addresses.py"),
    "BudgetBody": (COMPILATION, "govern/changes/notifications/spending.py"),
    "BudgetScope": (COMPILATION, "govern/policy/scope.py", "govern/budgets/"),
    "ApprovalRuleBody": ("govern/changes/approvals.py", "govern/guarantees/approvals.sql"),
    "ExemptionBody": ("govern/policy/exemptions.py", COMPILATION),
    "MembershipBody": ("govern/changes/applying.py", "govern/changes/checks.py", "govern/identity/"),
    "StopBody": ("govern/policy/stops.py", COMPILATION, "govern/changes/containment.py", "govern/guarantees/doors.sql"),
    "ContainmentBody": ("govern/changes/containment.py", "govern/changes/kinds/containment.py"),
    "RetentionBody": ("govern/policy/keep_days.py", "govern/guarantees/keeping.sql"),
    "LegalHoldBody": ("govern/guarantees/keeping.sql",),
    "PayloadExportBody": ("govern/changes/payload_exports.py",),
    "ErasureBody": ("govern/keeping/erasing.py",),
    "Records": ("govern/guarantees/keeping.sql",),
}
"""Struct → the modules, or folders of modules, that act on what it says."""

FOR_PEOPLE = {
    "TeamBody.description",
    "ApplicationBody.description",
    "UseCaseBody.purpose",
    "UseCaseBody.eu_ai_act_class",
    "UseCaseBody.data_classes",
    "UseCaseBody.regions",
    "UseCaseBody.retention_days",
    "UseCaseBody.disclosure",
    "ProviderBody.data_retention",
    "Contract.agreement",
    "Contract.agreed_on",
    "Contract.zero_retention",
    "Contract.zero_retention_evidence",
    "Contract.regions",
    "Contract.exit_plan",
    "CatalogModelBody.price_source",
    "CatalogModelBody.score_source",
    "CatalogModelBody.good_at",
    "CatalogModelBody.notes",
    "CatalogModelBody.deprecated_on",
    "ExemptionBody.reason",
    "StopBody.reason",
    "LegalHoldBody.matter",
    "LegalHoldBody.reason",
    "ErasureBody.reason",
}
"""Facts that people write down for people. Nothing says that Govern acts on them."""


def structs() -> Iterator[tuple[type, list[str]]]:
    """Every struct of every body with its fields."""
    seen: set[type] = set()
    waiting: list[object] = [msgspec.inspect.type_info(body) for body in BODIES.values()]
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in seen or info.cls.__name__ == "ContextRule":
                continue
            seen.add(info.cls)
            yield info.cls, [field.name for field in info.fields]
            waiting += [field.type for field in info.fields]
        for several in ("types", "item_types"):
            waiting += getattr(info, several, ())
        for one in ("item_type", "value_type"):
            waiting += [found] if (found := getattr(info, one, None)) is not None else []


@cache
def read_in(module: str) -> frozenset[str]:
    """Names of the attributes that a module, or any module of a folder, reads; in SQL, the keys of the bodies."""
    place = ROOT / module
    if place.suffix == ".sql":
        return frozenset(re.findall(r"->>? ?'(\w+)'", place.read_text()))
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    sql = "".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    keys = re.findall(r"->>? ?'(\w+)'", sql)
    return frozenset([*(node.attr for node in nodes if isinstance(node, ast.Attribute)), *keys])


FIELDS = sorted((struct.__name__, field) for struct, names in structs() for field in names)
ACTING = [
    (struct, field)
    for struct, field in FIELDS
    if field != "name" and f"{struct}.{field}" not in FOR_PEOPLE and field not in NOT_YET.get(struct, ())
]


@pytest.mark.parametrize(("struct", "field"), ACTING, ids=[f"{struct}.{field}" for struct, field in ACTING])
def test_some_code_acts_on_the_field(struct: str, field: str) -> None:
    assert any(field in read_in(module) for module in ACTS[struct]), f"nothing acts on {struct}.{field}"


def test_the_tables_name_what_exists() -> None:
    known = {f"{struct}.{field}" for struct, field in FIELDS}
    assert {struct for struct, _ in FIELDS} == set(ACTS)
    assert known >= FOR_PEOPLE
    assert {f"{struct}.{field}" for struct, fields in NOT_YET.items() for field in fields} <= known
