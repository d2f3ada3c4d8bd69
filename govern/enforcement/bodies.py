"""The body of a guard policy, as people write it and as a version stores it. Bodies of guards are in their own files.

Unknown fields and wrong types are refused by ``msgspec`` when a body is decoded. What types cannot say (a pattern that a linear-time
engine refuses, an unknown kind of personal data) is checked by ``govern.enforcement.compilation.compile_enforcement``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Union

import msgspec
from msgspec import Meta

from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.body import GuardBody, Positive

if TYPE_CHECKING:
    Guard = GuardBody
else:
    Guard = Union[tuple(GUARDS)]  # noqa: UP007 (a union of what is found)
"""The body of any guard."""


class PolicyScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom a policy covers, by name. Empty everywhere: everyone. Several fields: a caller must match each that is not empty."""

    teams: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class GuardPolicyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One guard policy.

    ``mode: observe`` records what the guards find and never acts. ``on_error`` is the verdict of a guard that fails or needs more than
    ``time_limit_ms`` for each started 64 KiB of text. ``streaming: buffer`` releases nothing of an answer before all of it is
    inspected. ``tool_results`` is what becomes of a tool result in which a guard that blocks finds something: ``replace`` lets the call go
    on without it, ``block`` refuses the call, and every later one whose history holds that result. ``tool_calls`` is what becomes of a
    value that a guard redacts where an answer calls a tool with it: ``redact`` masks it there too, ``flag`` leaves it and notes it, since a
    program runs these words and a mask in them is another command, ``block`` refuses the answer. ``payload`` is how much of prompts and
    answers is kept, encrypted, beside the trail; of several policies, the most. ``use_case_for_keys`` asks for a registered use case whose
    review is not overdue before an application gets a key. ``sampled_a_week`` is how many random calls of each application people are
    asked to rate; of several policies, the most.
    """

    ADDED_LATER: ClassVar = ("use_case_for_keys", "sampled_a_week")

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scope: PolicyScope = PolicyScope()
    mode: Literal["enforce", "observe"] = "enforce"
    on_error: Literal["block", "flag", "allow"] = "block"
    streaming: Literal["window", "buffer"] = "window"
    tool_results: Literal["replace", "block"] = "block"
    tool_calls: Literal["redact", "flag", "block"] = "redact"
    payload: Literal["metadata", "redacted", "full"] = "metadata"
    time_limit_ms: Positive = 200
    use_case_for_keys: bool = False
    sampled_a_week: Annotated[int, Meta(ge=0, le=100)] = 0
    guards: tuple[Guard, ...] = ()
