"""What guards would make of findings that the trail has, where their texts are not there to be read again.

An estimate: a guard that was removed finds nothing any more, another threshold or action judges what was found. What a new guard would
find in a text that nobody kept, nobody knows.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from govern.enforcement import pii, secrets
from govern.enforcement.bodies import Guard, GuardPolicyBody
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.body import guard_label
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import OWN, SECOND_TIER, PromptInjection
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.joined import Read
from govern.enforcement.verdict import ACTIONS


class Judged(NamedTuple):
    """The strictest of the findings that still act."""

    action: str
    code: str = ""
    guard: str = ""
    rule: str = ""
    policy: str = ""
    location: str = ""
    start: int = 0
    end: int = 0


NOTHING = Judged("allow")


def judge_findings(
    verdict: Mapping[str, Any] | None,
    policies: Collection[GuardPolicyBody],
    direction: Literal["input", "output"],
    *,
    only: Collection[type[Any]] | None = None,
) -> Judged:
    """The strictest of a recorded verdict's findings under these policies. `only`: the sorts of guards whose findings count."""
    found = (verdict or {}).get("findings") or ()
    guards = {
        (policy.name, guard_label(guard)): guard
        for policy in policies
        if policy.mode == "enforce"
        for guard in policy.guards
        if direction in guard.on and not GUARDS[type(guard)].judges_call
    }
    replacing = {policy.name for policy in policies if policy.tool_results == "replace"}
    in_calls = {policy.name: policy.tool_calls for policy in policies}
    strictest = NOTHING
    for finding in found:
        guard = guards.get((finding["policy"], finding["guard"]))
        if guard is not None and not _counts(guard, finding, only):
            guard = None
        action = _action(guard, finding) if guard is not None else "allow"
        if (
            action == "block"
            and finding.get("role") == "tool"
            and finding["policy"] in replacing
            and not _is_field(finding)
        ):
            action = "redact"
        if action == "redact" and direction == "output" and finding.get("role") == "tool_arguments":
            action = in_calls[finding["policy"]]
        if ACTIONS.index(action) > ACTIONS.index(strictest.action):
            assert guard is not None
            strictest = Judged(
                action,
                GUARDS[type(guard)].code,
                finding["guard"],
                finding["type"],
                finding["policy"],
                finding["location"],
                finding["start"],
                finding["end"],
            )
    return strictest


def _counts(guard: Guard, finding: Mapping[str, Any], only: Collection[type[Any]] | None) -> bool:
    """Whether what a guard found then stands for what it would find now: no second tier is asked again."""
    asks = isinstance(guard, PromptInjection) and guard.second_tier.ask != "never"
    return only is None or type(guard) in only or (asks and finding["type"] == SECOND_TIER)


def _is_field(finding: Mapping[str, Any]) -> bool:
    return Read("tool", str(finding["location"]), "").is_field


def _action(guard: Guard, finding: Mapping[str, Any]) -> str:
    score = finding["score"]
    match guard:
        case PromptInjection() | Classifier():
            own = isinstance(guard, PromptInjection) and finding.get("role") in OWN
            thresholds = guard.own_text if own and isinstance(guard, PromptInjection) else guard
            if score < thresholds.flag_at:
                return "allow"
            return "block" if guard.action == "block" and score >= thresholds.block_at else "flag"
        case Pii() | Secrets():
            kind_of = pii.kind_id if isinstance(guard, Pii) else secrets.kind_id
            wanted = not guard.types or kind_of(finding["type"]) in {kind_of(name) for name in guard.types}
            return guard.action if wanted and score >= guard.min_score else "allow"
    return "block" if guard.action == "retry" else guard.action


def same_guards(before: tuple[GuardPolicyBody, ...], after: tuple[GuardPolicyBody, ...]) -> bool:
    """Whether two sets of policies find and do the same, so that no text needs to be read again."""
    return _acting(before) == _acting(after)


def _acting(policies: Iterable[GuardPolicyBody]) -> list[GuardPolicyBody]:
    """Policies in what they find and do, without what is only kept or when an answer leaves."""
    return [msgspec.structs.replace(policy, payload="metadata", streaming="window") for policy in policies]
