"""What a revision would do with a recorded call: where it would go, and what guards would make of it.

The same steps as in the gateway, in the same order, without money: budgets depend on the calls before and are replayed over all of them.
"""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Literal, NamedTuple

from audit.payloads.content import Content
from govern.changes.simulation.calls import RecordedCall
from govern.changes.simulation.facts import facts_of, wish_of
from govern.changes.simulation.findings import NOTHING, Judged, judge_findings
from govern.changes.simulation.sides import Side
from govern.enforcement import Surface, Verdict
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.prepared import Prepare, prepared_text
from govern.enforcement.verdict import ACTIONS
from govern.policy.compilation import CompiledApplication
from govern.policy.routes import route_of, why_not
from routing.catalog import Deployment

Reading = Literal["whole", "masked", "findings"]
"""What guards look at: texts as they were, texts with every value masked, or only what was found at the time."""

_JUDGED_BY_RECORD: Mapping[Reading, tuple[type[Any], ...] | None] = {
    "whole": (Classifier,),
    "masked": (Pii, Secrets, Classifier),
    "findings": None,
}
"""Guards that are not asked again, or would see nothing in a masked text: what they found at the time is judged. None: all."""


class Decision(NamedTuple):
    """What becomes of a call under one revision.

    action: allow, flag, redact or block; of the guards, or block with the code of another refusal. The following fields say which
    finding decided, and where in the call. asked: a provider is asked, so that the call costs money. budgets: names of those that
    cover it.
    """

    action: str
    code: str = ""
    guard: str = ""
    rule: str = ""
    policy: str = ""
    location: str = ""
    start: int = 0
    end: int = 0
    asked: bool = False
    model: str = ""
    deployment: str = ""
    region: str = ""
    budgets: tuple[str, ...] = ()


class Texts:
    """The texts of one call. Both sides get the same prepared ones, so that most of the work is done once."""

    def __init__(self, call: RecordedCall, reading: Reading) -> None:
        read = reading != "findings"
        self.prompt = _surfaces(call.prompt) if read else []
        self.answer = _surfaces(call.answer) if read else []
        self.system_prompt = "\n".join(text.text for text in self.prompt if text.role == "system") or None
        self.prepare: Prepare = cache(prepared_text)


def _surfaces(content: Content | None) -> list[Surface]:
    return [Surface(text.role, text.location, text.text) for text in content.texts] if content else []


def decide_both(before: Side, after: Side, call: RecordedCall, reading: Reading) -> tuple[Decision, Decision]:
    """What becomes of a described call under each side."""
    texts = Texts(call, reading)
    return _decide(before, call, reading, texts), _decide(after, call, reading, texts)


def _decide(side: Side, call: RecordedCall, reading: Reading, texts: Texts) -> Decision:
    application = side.compiled.applications.get(call.application)
    if application is None:
        return Decision("block", "invalid_api_key")
    if code := why_not(side.compiled, application, call.body["requested_model"]):
        return Decision("block", code)
    facts = facts_of(call, application)
    route = route_of(side.compiled, application, wish_of(call), facts)
    deployment = route.deployments[0] if route.deployments else None
    facts["region"] = deployment.region if deployment else ""
    judge = partial(judge_findings, policies=side.policies[application.name], only=_JUDGED_BY_RECORD[reading])
    enforcement = application.enforcement
    seen = enforcement.inspect_input(texts.prompt, facts, remember=False, prepare=texts.prepare)
    came_in = _stricter(_judged(seen), judge(call.body.get("input_verdict"), direction="input"))
    if came_in.action == "block":
        return Decision(*came_in)
    if deployment is None:
        return Decision("block", "no_route")
    facts["output_tokens"] = (call.body.get("usage") or {}).get("output_tokens", 0)
    seen = enforcement.inspect_output(texts.answer, facts, system_prompt=texts.system_prompt, prepare=texts.prepare)
    would_go_out = _stricter(_judged(seen), judge(call.body.get("output_verdict"), direction="output"))
    return _answered(_stricter(came_in, would_go_out), application, call, deployment)


def _answered(judged: Judged, application: CompiledApplication, call: RecordedCall, deployment: Deployment) -> Decision:
    return Decision(
        *judged,
        asked=True,
        model=deployment.model,
        deployment=deployment.name,
        region=deployment.region,
        budgets=tuple(line.name for line in application.budgets_of(call.key, deployment.model)),
    )


def _judged(verdict: Verdict) -> Judged:
    if verdict.action == "allow":
        return NOTHING
    found = next((f for f in verdict.findings if (f.guard, f.policy, f.type, f.action) == (
        verdict.guard, verdict.policy, verdict.rule, verdict.action)), None)  # fmt: skip
    where = (found.location, found.start, found.end) if found else ("", 0, 0)
    return Judged(verdict.action, verdict.code, verdict.guard, verdict.rule, verdict.policy, *where)


def _stricter(one: Judged, other: Judged) -> Judged:
    return other if ACTIONS.index(other.action) > ACTIONS.index(one.action) else one
