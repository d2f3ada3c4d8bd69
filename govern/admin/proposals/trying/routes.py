"""A call under a routing policy that is not in force: which rule takes it, which models are asked, and why others are not."""

from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govern.admin.proposals.completion import Bodies
from govern.admin.proposals.editing import Editing
from govern.changes.compiled import revision_in_force
from govern.changes.languages import in_own_language
from govern.policy.compilation import CompiledApplication, compile_routing
from govern.policy.conditions import ConditionFailed, ConditionInvalid
from govern.policy.end_user_facts import NOBODY
from routing.bodies import RoutingPolicyBody
from routing.choose import CompiledPolicy, Route, choose
from routing.sizes import size_of_batch
from routing.tasks import TASKS
from routing.wish import Wish

KIND = "routing_policy"


class Fact(NamedTuple):
    """A fact to enter: name, label, type of its field, value, and what can be chosen."""

    name: str
    label: Any
    type: str
    value: str
    options: list[str]


class Form(NamedTuple):
    """The facts of a call."""

    template: str
    facts: list[Fact]


class Step(NamedTuple):
    """One rule as it was looked at. outcome: taken, no, failed, or later (an earlier one took the call)."""

    name: str
    when: str
    outcome: str


class Tried(NamedTuple):
    """Where the call would go, or why that cannot be said."""

    problem: str = ""
    steps: tuple[Step, ...] = ()
    route: Route | None = None
    applies: bool = True


_FACTS: tuple[tuple[str, Any, str, str], ...] = (
    ("application", gettext_lazy("Application"), "application", ""),
    ("model", gettext_lazy("Model asked for"), "model", "auto"),
    ("task", gettext_lazy("Task"), "task", "general"),
    ("complexity", gettext_lazy("Complexity, 0 to 1"), "number", "0.5"),
    ("input_tokens", gettext_lazy("Tokens sent"), "number", "500"),
    ("language", gettext_lazy("Language"), "text", "en"),
    ("modalities", gettext_lazy("What it contains"), "text", "text"),
    ("tools", gettext_lazy("Tools"), "text", ""),
    ("hour", gettext_lazy("Hour, in UTC"), "number", "12"),
    ("weekday", gettext_lazy("Day of the week"), "number", "1"),
)
_MOST_TOKENS = 1 << 40


def form(bodies: Bodies, data: QueryDict | None) -> Form:
    """The pane, as it was filled in."""
    options = {
        "application": sorted(bodies["application"]),
        "model": ["auto", *sorted(bodies["catalog_model"])],
        "task": list(TASKS),
    }
    given_data = QueryDict() if data is None else data
    facts = [
        Fact(name, label, kind, given_data.get(f"try.{name}", given), options.get(kind, []))
        for name, label, kind, given in _FACTS
    ]
    return Form("govern/proposal/try_routes.html", facts)


def tried(editing: Editing, data: QueryDict) -> Tried:
    """Decides the route of a call with these facts, with the proposed policy in place of the one in force."""
    body: RoutingPolicyBody = editing.body
    revision = revision_in_force()
    if revision is None:
        return Tried(_("Nothing is in force yet, so there is no call to try it on."))
    caller = revision.caller(application=data.get("try.application", ""))
    if caller is None:
        return Tried(_("There is no such application any more. Choose another one."))
    try:
        proposed = compile_routing(body)
        facts = _facts(caller, data)
    except ConditionInvalid as invalid:
        return Tried(in_own_language(invalid.said))
    except ValueError:
        return Tried(_("Complexity, tokens, hour and weekday must be numbers."))
    modalities = tuple(facts["modalities"])
    wish = Wish(
        str(facts["model"]),
        modalities,
        bool(facts["tools"]),
        facts["input_tokens"],
        {"application": caller.name, "user": "", "conversation": "", "request": ""},
        size_of_batch([range(min(max(facts["input_tokens"], 0), _MOST_TOKENS))]),
    )
    route = choose(revision.compiled.catalog, (proposed,), wish, facts, failed=ConditionFailed)
    if caller.models:
        route = route._replace(deployments=tuple(d for d in route.deployments if d.model in caller.models))
    applies = _holds(proposed.condition, facts) == "taken"
    return Tried("", tuple(_steps(proposed, facts)) if applies else (), route, applies)


def _facts(caller: CompiledApplication, data: QueryDict) -> dict[str, Any]:
    """The facts of the call as conditions read them. Raises `ValueError`."""
    given = {name: data.get(f"try.{name}", default).strip() or default for name, _label, _kind, default in _FACTS}
    return {
        **caller.facts,
        "model": given["model"],
        "task": given["task"],
        "complexity": float(given["complexity"]),
        "input_tokens": int(given["input_tokens"]),
        "language": given["language"],
        "modalities": given["modalities"].replace(",", " ").split() or ["text"],
        "tools": given["tools"].replace(",", " ").split(),
        "hour": int(given["hour"]),
        "weekday": int(given["weekday"]),
        "stream": False,
        "region": "",
        "metadata": {},
        **NOBODY,
    }


def _steps(policy: CompiledPolicy, facts: dict[str, Any]) -> list[Step]:
    steps, taken = [], False
    for rule in policy.rules:
        outcome = "later" if taken else _holds(rule.condition, facts)
        taken = taken or outcome == "taken"
        steps.append(Step(rule.body.name, rule.body.when, outcome))
    return steps


def _holds(condition: Any, facts: dict[str, Any]) -> str:
    try:
        return "taken" if condition(facts) else "no"
    except ConditionFailed:
        return "failed"
