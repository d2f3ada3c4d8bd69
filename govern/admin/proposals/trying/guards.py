"""A text under a guard policy that is not in force: alone, or beside those that are."""

from typing import NamedTuple, get_args

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from govern.admin.proposals.completion import Bodies
from govern.admin.proposals.editing import Editing
from govern.admin.trials.form import SAID
from govern.admin.trials.result import Result, read_result
from govern.changes.compiled import revision_in_force
from govern.changes.languages import in_own_language
from govern.enforcement import GuardPolicyBody, PolicyInvalid, compile_enforcement
from govern.gateway.trial import Said, TextTooLarge, try_text
from govern.policy.conditions import compile_condition
from govern.policy.scope import covers

KIND = "guard_policy"


class Form(NamedTuple):
    """What is tried. said and caller: (value, label, whether it is chosen)."""

    template: str
    text: str
    said: list[tuple[str, str, bool]]
    callers: list[tuple[str, bool]]
    together: bool


class Tried(NamedTuple):
    """What came of it, or why nothing did."""

    result: Result | None
    problem: str = ""
    note: str = ""


def form(bodies: Bodies, data: QueryDict | None) -> Form:
    """The pane, as it was filled in. The text is shown again in the answer to its own request and nowhere else."""
    given = data or QueryDict()
    said, caller = given.get("try.said", "user"), given.get("try.caller", "")
    return Form(
        template="govern/proposal/try_guards.html",
        text=given.get("try.text", ""),
        said=[(value, str(label), value == said) for value, label in SAID],
        callers=[(name, name == caller) for name in sorted(bodies["application"])],
        together=bool(given.get("try.together")),
    )


@sensitive_variables("text", "trial")
def tried(editing: Editing, data: QueryDict) -> Tried:
    """Inspects the text with the proposed policy, as part of a call of the chosen application."""
    body: GuardPolicyBody = editing.body
    text = data.get("try.text", "").replace("\r\n", "\n")
    if not text.strip():
        return Tried(None, _("Write or paste a text first."))
    revision = revision_in_force()
    if revision is None:
        return Tried(None, _("Nothing is in force yet, so there is no call to try it on."))
    caller = revision.caller(application=data.get("try.caller", ""))
    if caller is None:
        return Tried(None, _("There is no such application any more. Choose another one."))
    policies = {body.name: body}
    if data.get("try.together"):
        others = {
            name: policy
            for name, policy in revision.guard_policies.items()
            if name != body.name and covers(policy.scope, caller.name, caller.team, caller.tags)
        }
        policies = {**others, **policies}
    try:
        enforcement = compile_enforcement(
            list(policies.items()), compile_condition=compile_condition, hash_key=settings.GOVERN_DIGEST_KEY
        )
        trial = try_text(
            text,
            said=_said(data.get("try.said", "")),
            model="auto",
            application=caller._replace(enforcement=enforcement),
            revision=revision.compiled,
        )
    except PolicyInvalid as invalid:
        return Tried(None, in_own_language(invalid.reason))
    except TextTooLarge:
        return Tried(None, _("The text is too long to be tried at once. Try a part of it."))
    known = revision._replace(guard_policies={**revision.guard_policies, **policies})
    note = "" if covers(body.scope, caller.name, caller.team, caller.tags) else _outside(data)
    return Tried(read_result(trial, known), note=note)


def _outside(data: QueryDict) -> str:
    return _("The policy would not cover this caller. Here it is tried all the same.") if data.get("try.caller") else ""


def _said(value: str) -> Said:
    return next((known for known in get_args(Said) if known == value), "user")
