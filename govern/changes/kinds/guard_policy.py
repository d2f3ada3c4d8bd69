"""Guard policies: guards over the calls of some or all applications."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from audit.payloads.content import LEVELS
from audit.presentation.words import guard_label as guard_word
from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import Reason, weighed
from govern.enforcement import PolicyInvalid, compile_enforcement
from govern.enforcement.bodies import GuardPolicyBody, PolicyScope
from govern.enforcement.guards.body import guard_label
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.second_tier.opinion import unavailable
from govern.enforcement.verdict import STRENGTH
from govern.models import GuardPolicy
from govern.policy.conditions import compile_condition
from govern.policy.scope import covers
from routing.saying import Saying

_ASKED = ("never", "grey", "always")
"""When a second tier is asked, ascending."""


def _risk(before: GuardPolicyBody | None, after: GuardPolicyBody | None) -> Iterator[Reason]:
    """Less inspection is high; more that may block is medium, since it can stop honest traffic."""
    if after is None:
        yield Reason("high", _("retires a guard policy"))
        return
    yield from _addresses(before, after)
    if before is None:
        blocking = after.mode == "enforce" and any(guard.action == "block" for guard in after.guards)
        yield Reason("medium" if blocking else "low", _("adds a guard policy"))
        return
    if before.mode != after.mode:
        yield weighed(
            after.mode == "enforce",
            _("enforces what was only observed") if after.mode == "enforce" else _("only observes what was enforced"),
            tightened="medium",
        )
    if before.on_error != after.on_error:
        stronger = STRENGTH.index(after.on_error) > STRENGTH.index(before.on_error)
        yield weighed(stronger, _("changes what happens when a guard fails"), tightened="medium")
    if before.scope != after.scope:
        wider = _covers(after.scope, before.scope)
        yield weighed(
            wider,
            _("covers more applications") if wider else _("covers fewer or other applications"),
            tightened="medium",
        )
    if before.tool_results != after.tool_results:
        yield weighed(
            after.tool_results == "block",
            _("blocks calls for what tools said")
            if after.tool_results == "block"
            else _("lets calls go on without what tools said"),
            tightened="medium",
        )
    if before.tool_calls != after.tool_calls:
        yield weighed(
            STRENGTH.index(after.tool_calls) > STRENGTH.index(before.tool_calls),
            _("changes what becomes of values that are masked, where an answer calls a tool"),
            tightened="medium",
        )
    if before.streaming != after.streaming:
        yield weighed(after.streaming == "buffer", _("changes how streams are inspected"), loosened="medium")
    if before.payload != after.payload:
        more = LEVELS.index(after.payload) > LEVELS.index(before.payload)
        yield Reason(
            "high" if more else "medium", _("keeps more of prompts and answers") if more else _("keeps less evidence")
        )
    if before.time_limit_ms != after.time_limit_ms:
        yield Reason("medium", _("changes how long a guard may take"))
    if before.use_case_for_keys != after.use_case_for_keys:
        yield weighed(
            after.use_case_for_keys,
            _("asks for a use case before keys are issued")
            if after.use_case_for_keys
            else _("issues keys without a use case"),
        )
    if before.sampled_a_week != after.sampled_a_week:
        yield weighed(
            after.sampled_a_week > before.sampled_a_week,
            _("has more calls rated by people")
            if after.sampled_a_week > before.sampled_a_week
            else _("has fewer calls rated by people"),
            loosened="medium",
        )
    yield from _guards(before, after)


def _addresses(before: GuardPolicyBody | None, after: GuardPolicyBody) -> Iterator[Reason]:
    """A classifier behind an address reads every text that it is asked about."""
    known = _classifiers(before) if before else {}
    for url, private in _classifiers(after).items():
        if url not in known:
            yield Reason("high", _("sends texts to a classifier at another address"))
        if private and not known.get(url):
            yield Reason("high", _("lets Govern call an address within its own network"))


def _classifiers(policy: GuardPolicyBody) -> dict[str, bool]:
    """The addresses of its classifiers, and whether each may be private."""
    return {
        guard.url: guard.allow_private_address
        for guard in policy.guards
        if isinstance(guard, Classifier) and guard.url is not None
    }


def _covers(wide: PolicyScope, narrow: PolicyScope) -> bool:
    """Whether everything that `narrow` covers is covered by `wide` too."""
    return all(
        not getattr(wide, field)
        or (getattr(narrow, field) and set(getattr(narrow, field)) <= set(getattr(wide, field)))
        for field in PolicyScope.__struct_fields__
    )


def _guards(before: GuardPolicyBody, after: GuardPolicyBody) -> Iterator[Reason]:
    old, new = _labelled(before), _labelled(after)
    for label in old.keys() - new.keys():
        yield Reason("high", _("removes the guard %(guard)s") % _said(label))
    for label in new.keys() - old.keys():
        blocks = new[label].action == "block"
        yield Reason("medium" if blocks else "low", _("adds the guard %(guard)s") % _said(label))
    for label in old.keys() & new.keys():
        yield from _guard(label, old[label], new[label])


def _labelled(policy: GuardPolicyBody) -> dict[str, Any]:
    labelled: dict[str, Any] = {}
    for guard in policy.guards:
        label = stem = guard_label(guard)
        number = 2
        while label in labelled:
            label, number = f"{stem}#{number}", number + 1
        labelled[label] = guard
    return labelled


def _said(label: str) -> dict[str, str]:
    """A guard as people call it; the second of a sort keeps its number."""
    stem, sign, number = label.partition("#")
    return {"guard": f"{guard_word(stem)}{' ' if sign else ''}{number}"}


def _guard(label: str, old: Any, new: Any) -> Iterator[Reason]:
    said = _said(label)
    if type(old) is not type(new):
        yield Reason("high", _("replaces the guard %(guard)s by another sort") % said)
        return
    for field in old.__struct_fields__:
        was, now = getattr(old, field), getattr(new, field)
        if was == now:
            continue
        match field:
            case "action":
                stronger = STRENGTH.index(now) > STRENGTH.index(was)
                text = _("makes %(guard)s stricter") if stronger else _("makes %(guard)s milder")
                yield weighed(stronger, text % said, tightened="medium" if now == "block" else "low")
            case "on":
                more = set(was) <= set(now)
                yield weighed(more, _("changes where %(guard)s looks") % said, tightened="medium")
            case "types":
                more = not now or (bool(was) and set(was) <= set(now))
                yield weighed(more, _("changes what %(guard)s looks for") % said)
            case "terms" | "patterns":
                yield weighed(set(was) <= set(now), _("changes what %(guard)s looks for") % said)
            case "block_at" | "flag_at" | "min_score":
                yield weighed(now < was, _("moves a threshold of %(guard)s") % said, tightened="medium")
            case "own_text":
                lower = now.block_at <= was.block_at and now.flag_at <= was.flag_at
                yield weighed(lower, _("moves a threshold of %(guard)s") % said, tightened="medium")
            case "second_tier":
                more = _ASKED.index(now.ask) > _ASKED.index(was.ask)
                yield weighed(more, _("changes when the second tier of %(guard)s is asked") % said, tightened="medium")
            case _:
                yield Reason("medium", _("changes how %(guard)s works") % said)


def _references(known: Known, place: str, body: GuardPolicyBody) -> None:
    known.scope(place, body.scope)
    for index, guard in enumerate(body.guards):  # each by itself, so that the faults of all are told at once
        alone = msgspec.structs.replace(body, guards=(guard,))
        try:
            compile_enforcement([(body.name, alone)], compile_condition=compile_condition)
        except PolicyInvalid as error:
            known.report(f"{place}.{error.place.replace('guards[0]', f'guards[{index}]', 1)}", error.reason)
        if isinstance(guard, PromptInjection) and guard.second_tier.ask != "never" and (lacking := unavailable()):
            known.report(
                f"{place}.guards[{index}].second_tier.ask",
                Saying("wants a second tier that cannot be asked here: %(reason)s.", reason=lacking),
            )


def _reach(body: GuardPolicyBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, tags: covers(body.scope, app.name, app.team, tags))


KIND = Kind(
    model=GuardPolicy,
    section="guard_policies",
    icon="shield",
    risk=_risk,
    references=_references,
    reach=_reach,
)
