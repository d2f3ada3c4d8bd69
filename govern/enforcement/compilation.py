"""From the policies that apply to a caller to an ``Enforcement``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from audit.payloads.content import LEVELS
from govern.enforcement.bodies import Guard, GuardPolicyBody
from govern.enforcement.bound import BoundCallGuard, BoundGuard, Policy
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.base import Building
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.inspection import Enforcement


def compile_enforcement(
    policies: Sequence[tuple[str, GuardPolicyBody]],
    *,
    compile_condition: Callable[[str], Callable[[Mapping[str, Any]], bool]],
    cache_directory: Path | None = None,
    hash_key: bytes = b"",
) -> Enforcement:
    """One enforcement for all of ``policies``, given as (name, body) and already chosen by scope.

    ``compile_condition`` turns a CEL expression into a function of the facts and raises ``ValueError`` for a faulty one.
    ``cache_directory`` keeps compiled pattern databases (default: ``scanner`` in ``GOVERN_HOME``). ``hash_key`` is the key of
    ``redaction: hash``. Raises ``PolicyInvalid`` with the place of the first fault.
    """
    on_input: list[BoundGuard] = []
    on_output: list[BoundGuard] = []
    input_rules: list[BoundCallGuard] = []
    output_rules: list[BoundCallGuard] = []
    for name, body in policies:
        policy = Policy(name, body.mode == "observe", body.on_error, body.time_limit_ms)
        for index, guard_body in _with_depth(body.guards):
            replaces = body.tool_results == "replace"
            building = Building(f"guards[{index}]", compile_condition, cache_directory, hash_key, replaces)
            label = guard_body.name or str(guard_body.__struct_config__.tag)
            described = GUARDS[type(guard_body)]
            built: Any = described.build(guard_body, building)
            if described.judges_call:
                rule = BoundCallGuard(built, policy, label)
                input_rules += [rule] * ("input" in guard_body.on)
                output_rules += [rule] * ("output" in guard_body.on)
            else:
                guard = BoundGuard(built, policy, label)
                on_input += [guard] * ("input" in guard_body.on)
                on_output += [guard._replace(in_calls=body.tool_calls)] * ("output" in guard_body.on)
    return Enforcement(
        on_input=on_input,
        on_output=on_output,
        input_rules=input_rules,
        output_rules=output_rules,
        buffered=any(body.streaming == "buffer" for _, body in policies),
        payload=max((body.payload for _, body in policies), key=LEVELS.index, default="metadata"),
        blocking=any(GUARDS[type(guard)].asks_outside for _, body in policies for guard in body.guards),
    )


def _with_depth(guards: Sequence[Guard]) -> Iterator[tuple[int, Guard]]:
    """A policy's ``deep`` on its injection guard decides when its classifiers are asked."""
    deep = next((guard.deep for guard in guards if isinstance(guard, PromptInjection)), "auto")
    for index, guard in enumerate(guards):
        if isinstance(guard, Classifier) and deep != "auto":
            if deep == "never":
                continue
            guard = msgspec.structs.replace(guard, when="always")
        yield index, guard
