"""The body of a guard policy, as people write it and as a version stores it.

Unknown fields and wrong types are refused by ``msgspec`` when a body is decoded. What types cannot say (a pattern that a linear-time
engine refuses, an unknown kind of personal data) is checked by ``govern.enforcement.compilation.compile_enforcement``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Direction = Literal["input", "output"]
Action = Literal["allow", "flag", "redact", "block"]
Score = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Term = Annotated[str, Meta(min_length=2, max_length=200)]
Expression = Annotated[str, Meta(min_length=1, max_length=2000)]
Redaction = Literal["mask", "placeholder", "hash", "vault"]


class PolicyScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom a policy covers, by name. Empty everywhere: everyone. Several fields: a caller must match each that is not empty."""

    teams: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class GuardBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="guard"):
    """What every guard has: where it looks. ``name`` stands for the guard in findings when a policy has several of one sort."""

    name: str = ""


def guard_label(guard: GuardBody) -> str:
    """What a guard is called within its policy: its name, or its sort where it has none."""
    return guard.name or str(type(guard).__struct_config__.tag)


class OwnText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Thresholds for what an application sends along in its own name: definitions of tools and answers, parameters, ids and names
    of fields, and turns and reasoning of the assistant that it plays back; and for turns of the user that the programs of known agents
    write (reminders, requests for a summary), by how they begin.

    Honest texts of this sort describe what a model is to do, so flags begin later than in what users write; blocks begin at the same
    score, so that an attack does not pass by moving into a tool's description.
    """

    block_at: Score = 0.9
    flag_at: Score = 0.8


class PromptInjection(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="prompt_injection"):
    """Injection, jailbreaks and smuggled instructions in what the operator did not write.

    ``block_at`` and ``flag_at`` hold for what users, tools and documents say, ``own_text`` for the rest of a request. System and
    developer messages are the operator's orders and are not looked at.

    ``deep`` says when a policy's classifier is asked: ``auto`` between ``flag_at`` and ``block_at``, ``always`` or ``never``.
    """

    on: tuple[Direction, ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    block_at: Score = 0.9
    flag_at: Score = 0.5
    own_text: OwnText = OwnText()
    deep: Literal["auto", "always", "never"] = "auto"


class Pii(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="pii"):
    """Personal data by kind. ``types`` empty means every kind; names are those of ``enforcement.pii``, in either case.

    ``redaction`` says what stands in the text instead: ``mask`` (last four kept where that is customary), ``placeholder``
    (``<EMAIL>``), ``hash`` (keyed, so equal values stay equal) or ``vault`` (``<EMAIL_1>`` for the model, turned back into the value in the
    answer to the same call).
    """

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "redact"
    types: tuple[str, ...] = ()
    redaction: Redaction = "placeholder"
    min_score: Score = 0.5


class Secrets(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="secrets"):
    """Keys, tokens, private keys, connection strings and cued passwords. ``types`` empty means every kind."""

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "block"
    types: tuple[str, ...] = ()
    redaction: Redaction = "placeholder"
    min_score: Score = 0.5


class Topics(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="topics"):
    """An organisation's words: ``terms`` are literal, without regard to case, on word boundaries; ``patterns`` are linear-time regular
    expressions. A match longer than 2,048 characters is no match."""

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "flag"
    topic: str = "topic"
    terms: tuple[Term, ...] = ()
    patterns: tuple[Expression, ...] = ()


class Leak(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="leak"):
    """The system prompt coming back: its canary token, or at least ``min_overlap`` of its 8-word sequences in the answer."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "block"] = "block"
    canary: bool = False
    min_overlap: Positive = 1


class JsonSchema(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="json_schema"):
    """The answer is JSON that satisfies ``schema``. ``retry`` asks the model once more with the fault named, then blocks."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    schema: dict[str, Any]
    allow_fence: bool = False


class Regex(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="regex"):
    """The whole answer matches ``pattern`` (``must: match``), or ``pattern`` is found nowhere in it (``must: not_match``)."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    pattern: Expression
    must: Literal["match", "not_match"] = "match"


class Length(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="length"):
    """Bounds of an answer, in characters and words."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    min_chars: Count = 0
    max_chars: Positive | None = None
    min_words: Count = 0
    max_words: Positive | None = None


class Rule(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="rule"):
    """A CEL condition over the facts of the call; true means the action is taken. ``message`` is shown to the caller."""

    on: tuple[Direction, ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    when: Expression
    message: str = ""


class Classifier(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="classifier"):
    """A second opinion on text that untrusted roles wrote: an ONNX model in a directory, or an HTTP service.

    Called when the injection guard's score lies in the grey zone (``when: grey``) or for every call (``when: always``).
    """

    on: tuple[Literal["input"], ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    model: str | None = None
    url: str | None = None
    allow_private_address: bool = False
    """Whether ``url`` may be within one's own network, as a classifier of one's own usually is."""
    label: str = "malicious"
    when: Literal["grey", "always"] = "grey"
    grey_from: Score = 0.2
    grey_to: Score = 0.9
    block_at: Score = 0.9
    flag_at: Score = 0.5
    time_limit_ms: Positive = 250


Guard = PromptInjection | Pii | Secrets | Topics | Leak | JsonSchema | Regex | Length | Rule | Classifier


class GuardPolicyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One guard policy.

    ``mode: observe`` records what the guards find and never acts. ``on_error`` is the verdict of a guard that fails or needs more than
    ``time_limit_ms`` for each started 64 KiB of text. ``streaming: buffer`` releases nothing of an answer before all of it is
    inspected. ``tool_results`` is what becomes of a tool result in which a guard that blocks finds something: ``replace`` lets the call go
    on without it, ``block`` refuses the call, and every later one whose history holds that result. ``tool_calls`` is what becomes of a
    value that a guard redacts where an answer calls a tool with it: ``redact`` masks it there too, ``flag`` leaves it and notes it, since a
    program runs these words and a mask in them is another command, ``block`` refuses the answer. ``payload`` is how much of prompts and
    answers is kept, encrypted, beside the trail; of several policies, the most.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scope: PolicyScope = PolicyScope()
    mode: Literal["enforce", "observe"] = "enforce"
    on_error: Literal["block", "flag", "allow"] = "block"
    streaming: Literal["window", "buffer"] = "window"
    tool_results: Literal["replace", "block"] = "block"
    tool_calls: Literal["redact", "flag", "block"] = "redact"
    payload: Literal["metadata", "redacted", "full"] = "metadata"
    time_limit_ms: Positive = 200
    guards: tuple[Guard, ...] = ()
