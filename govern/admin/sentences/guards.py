"""Guard policies in words."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.presentation.typesetting import composed
from govern.admin.faces import field_words
from govern.admin.sentences.conditions import condition
from govern.admin.sentences.sentence import Sentence, bit, kind_in_words, listing, plain, strong
from govern.enforcement.bodies import GuardPolicyBody, PolicyScope
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.body import guard_label
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.json_schema import JsonSchema
from govern.enforcement.guards.leak import Leak
from govern.enforcement.guards.length import Length
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection, SecondOpinion
from govern.enforcement.guards.regex import Regex
from govern.enforcement.guards.rule import Rule
from govern.enforcement.guards.secrets import Secrets
from govern.enforcement.guards.topics import Topics
from govern.enforcement.second_tier.opinion import unavailable

_SIGN = {
    "flag": ("flag", "warn"),
    "redact": ("ink_eraser", "mask"),
    "block": ("block", "bad"),
    "retry": ("replay", "warn"),
}
_VERBS: dict[str, str | Promise] = {
    "flag": gettext_lazy("Flags"),
    "redact": gettext_lazy("Redacts"),
    "block": gettext_lazy("Blocks"),
}
_REDACTIONS: dict[str, str | Promise] = {
    "mask": gettext_lazy("Stars stand in its place; the last characters stay where that is customary."),
    "placeholder": gettext_lazy("A placeholder stands in its place."),
    "hash": gettext_lazy("A keyed digest stands in its place, so equal values stay equal."),
    "vault": gettext_lazy("A placeholder stands in its place and is turned back in the answer to the same call."),
}


def guard_policy(body: GuardPolicyBody) -> list[Sentence]:
    """Whom the policy covers, what each guard does, and what holds for all of them."""
    return [
        covers(body.scope)._replace(about="scope"),
        _mode(body)._replace(about="mode"),
        *(_guard(guard) for guard in body.guards),
        _tool_results(body)._replace(about="tool_results"),
        _tool_calls(body)._replace(about="tool_calls"),
        _failure(body)._replace(about="on_error"),
        _streams(body)._replace(about="streaming"),
        *_keys(body),
        *_sampled(body),
    ]


def _keys(body: GuardPolicyBody) -> list[Sentence]:
    if not body.use_case_for_keys:
        return []
    text = _("Keys are issued only to applications with a registered use case whose review is not overdue.")
    return [Sentence(text, "key", "ok", about="use_case_for_keys")]


def _sampled(body: GuardPolicyBody) -> list[Sentence]:
    if not body.sampled_a_week:
        return []
    text = ngettext(
        "Each week %(n)d random call of each application is drawn for people to rate.",
        "Each week %(n)d random calls of each application are drawn for people to rate.",
        body.sampled_a_week,
    ) % {"n": body.sampled_a_week}
    return [Sentence(text, "casino", "info", about="sampled_a_week")]


def covers(scope: PolicyScope) -> Sentence:
    """Whom a policy covers."""
    text = scope_words(scope)
    if not (scope.teams or scope.applications or scope.tags):
        return Sentence(text, "public")
    return Sentence(text, "target")


def scope_words(scope: PolicyScope) -> str:
    """Whom a policy covers, as a sentence."""
    words = (
        (_("team {names}"), scope.teams),
        (_("application {names}"), scope.applications),
        (_("tag {names}"), scope.tags),
    )
    said = [composed(text, names=listing(names, last=_("or"))) for text, names in words if names]
    if not said:
        return _("Covers the calls of every application.")
    return composed(_("Covers the calls of {whom}."), whom=composed("{}" + " · {}" * (len(said) - 1), *said))


def _mode(body: GuardPolicyBody) -> Sentence:
    if body.mode == "observe":
        return Sentence(
            _("Only observes: what its guards find is recorded, and nothing is blocked or changed."),
            "visibility",
            "warn",
        )
    return Sentence(_("Is enforced: what its guards decide is done."), "gavel", "ok")


def _failure(body: GuardPolicyBody) -> Sentence:
    text = {
        "block": _("A guard that fails or is too slow blocks the call."),
        "flag": _("A guard that fails or is too slow only flags the call."),
        "allow": _("A guard that fails or is too slow lets the call pass."),
    }[body.on_error]
    fine = _("Time for each started 64 KiB of text: %(ms)d ms.") % {"ms": body.time_limit_ms}
    return Sentence(text, "timer", "ok" if body.on_error == "block" else "warn", (fine,))


def _tool_results(body: GuardPolicyBody) -> Sentence:
    if body.tool_results == "block":
        fine = _("An agent that sends its history again is refused again until that result is out of it.")
        return Sentence(
            _("If what would block stands in a tool result, the call is blocked."), "construction", "info", (fine,)
        )
    return Sentence(
        _(
            "If what would block stands in a tool result, it is taken out and the call goes on; the case is opened all the same."
        ),
        "construction",
        "info",
        (_("A value is replaced as the guard redacts it, a result that gives orders by a notice."),),
    )


def _tool_calls(body: GuardPolicyBody) -> Sentence:
    text = {
        "redact": _(
            "Where an answer calls a tool, values are masked as in its text, which may make it another command."
        ),
        "flag": _("Where an answer calls a tool, a value that would be masked stays and is noted."),
        "block": _("An answer that calls a tool with a value that would be masked is refused."),
    }[body.tool_calls]
    return Sentence(text, "terminal", "info")


def _streams(body: GuardPolicyBody) -> Sentence:
    text = (
        _("Of a streamed answer, nothing leaves before all of it is inspected.")
        if body.streaming == "buffer"
        else _("A streamed answer is inspected window by window; what is not inspected does not leave.")
    )
    kept = {
        "metadata": _("Of prompts and answers the trail keeps a digest only."),
        "redacted": _("Of prompts and answers the trail keeps the redacted text, encrypted."),
        "full": _("Of prompts and answers the trail keeps the whole text, encrypted."),
    }[body.payload]
    return Sentence(text, "stream", "info", (kept,))


def _guard(guard: Any) -> Sentence:
    text, fine = _SAY.get(type(guard), _plainly)(guard)
    icon, tone = _SIGN[guard.action]
    if guard.name:
        fine = (composed(_("Called {name} in findings."), name=bit(guard.name)), *fine)
    return Sentence(text, icon, tone, tuple(fine), f"guard {guard_label(guard)}")


def _plainly(guard: Any) -> tuple[str, Sequence[str]]:
    """A guard of which nothing more is said than its descriptor does, with all that its policy sets."""
    described = GUARDS[type(guard)]
    common = {"name", "on", "action"}
    said = [
        composed(_("{label}: {value}."), label=field_words(type(guard), name).label, value=bit(getattr(guard, name)))
        for name in guard.__struct_fields__
        if name not in common
    ]
    label = strong(_(described.label))
    return _answers(guard, label) if guard.action == "retry" else _acts_on(guard, label), said


def _where(on: Sequence[str]) -> str:
    if set(on) == {"input", "output"}:
        return _("what callers send and in answers")
    return _("answers") if "output" in on else _("what callers send")


def _injection(guard: PromptInjection) -> tuple[str, Sequence[str]]:
    where = _where(guard.on)
    if guard.action == "flag":
        text = _("Flags prompt injection in {where} when the score is {flag} or more.")
    else:
        text = _("Blocks prompt injection in {where} when the score is {block} or more, and flags it from {flag} on.")
    deep = {
        "auto": _("A classifier is asked in between."),
        "always": _("A classifier is always asked."),
        "never": _("No classifier is asked."),
    }[guard.deep]
    own = guard.own_text
    along = (
        _("In tool definitions, parameters and replayed turns it flags from {flag} on.")
        if guard.action == "flag"
        else _(
            "In tool definitions, parameters and replayed turns it blocks at {block} or more, and flags from {flag} on."
        )
    )
    return composed(text, where=where, block=strong(f"{guard.block_at:g}"), flag=strong(f"{guard.flag_at:g}")), (
        composed(along, block=strong(f"{own.block_at:g}"), flag=strong(f"{own.flag_at:g}")),
        *_second_tier(guard.second_tier),
        deep,
    )


def _second_tier(opinion: SecondOpinion) -> Iterator[str]:
    """When the second tier is asked, and what keeps it from being asked where this page is made."""
    if opinion.ask == "never":
        yield _("The second tier is not asked.")
        return
    asked = {
        "grey": _("The second tier is asked in the grey zone, for {limit} ms at most a text."),
        "always": _("The second tier is always asked, for {limit} ms at most a text."),
    }[opinion.ask]
    yield composed(asked, limit=strong(str(opinion.time_limit_ms)))
    if lacking := unavailable():
        yield composed(_("Here it cannot be asked: {reason}."), reason=bit(lacking))


def _acts_on(guard: Any, what: object) -> str:
    return composed(_("{verb} {what} in {where}."), verb=_VERBS[guard.action], what=what, where=_where(guard.on))


def _pii(guard: Pii) -> tuple[str, Sequence[str]]:
    what = (
        listing(kind_in_words(kind) for kind in guard.types)
        if guard.types
        else strong(_("personal data of every kind"))
    )
    return _acts_on(guard, what), (str(_REDACTIONS[guard.redaction]),) if guard.action == "redact" else ()


def _secrets(guard: Secrets) -> tuple[str, Sequence[str]]:
    what = listing(plain(kind) for kind in guard.types) if guard.types else strong(_("keys, tokens and passwords"))
    return _acts_on(guard, what), (str(_REDACTIONS[guard.redaction]),) if guard.action == "redact" else ()


def _topics(guard: Topics) -> tuple[str, Sequence[str]]:
    fine: list[str] = []
    if guard.terms:
        fine.append(composed(_("Words: {terms}."), terms=listing(guard.terms)))
    if guard.patterns:
        number = ngettext("%(n)d pattern.", "%(n)d patterns.", len(guard.patterns)) % {"n": len(guard.patterns)}
        fine.append(number)
    return _acts_on(guard, composed(_("the topic {topic}"), topic=strong(guard.topic))), fine


def _answers(guard: Any, requirement: str) -> str:
    what_if = {
        "flag": _("otherwise the answer is flagged"),
        "retry": _("otherwise the model is asked once more, then the answer is blocked"),
        "block": _("otherwise the answer is blocked"),
    }[guard.action]
    return composed(_("{requirement}; {otherwise}."), requirement=requirement, otherwise=what_if)


def _json(guard: JsonSchema) -> tuple[str, Sequence[str]]:
    fine = (_("Text around the JSON, such as a code fence, is allowed."),) if guard.allow_fence else ()
    return _answers(guard, _("Answers must be JSON that fits a schema")), fine


def _regex(guard: Regex) -> tuple[str, Sequence[str]]:
    said = _("Answers must match {pattern}") if guard.must == "match" else _("Answers must not contain {pattern}")
    return _answers(guard, composed(said, pattern=bit(guard.pattern))), ()


def _length(guard: Length) -> tuple[str, Sequence[str]]:
    bounds = [
        text % {"n": number}
        for text, number in (
            (_("at least %(n)d characters"), guard.min_chars),
            (_("at most %(n)d characters"), guard.max_chars),
            (_("at least %(n)d words"), guard.min_words),
            (_("at most %(n)d words"), guard.max_words),
        )
        if number
    ]
    return _answers(guard, composed(_("Answers must have {bounds}"), bounds=listing(bounds))), ()


def _leak(guard: Leak) -> tuple[str, Sequence[str]]:
    text = _("Flags") if guard.action == "flag" else _("Blocks")
    said = composed(_("{verb} answers that give the system prompt away."), verb=text)
    return said, (_("A canary word is hidden in the system prompt."),) if guard.canary else ()


def _rule(guard: Rule) -> tuple[str, Sequence[str]]:
    text = _("{verb} a call when {condition}.")
    fine = (composed(_("Tells the caller: {message}"), message=guard.message),) if guard.message else ()
    return composed(text, verb=_VERBS[guard.action], condition=condition(guard.when)), fine


def _classifier(guard: Classifier) -> tuple[str, Sequence[str]]:
    text = composed(
        _("{verb} what a classifier finds {label} with a score of {score} or more."),
        verb=_VERBS[guard.action],
        label=strong(guard.label),
        score=strong(f"{guard.block_at:g}"),
    )
    asked = _("Asked for every call.") if guard.when == "always" else _("Asked when the injection guard is unsure.")
    return text, (asked,)


_SAY: dict[type, Callable[[Any], tuple[str, Sequence[str]]]] = {
    PromptInjection: _injection,
    Pii: _pii,
    Secrets: _secrets,
    Topics: _topics,
    JsonSchema: _json,
    Regex: _regex,
    Length: _length,
    Leak: _leak,
    Rule: _rule,
    Classifier: _classifier,
}
