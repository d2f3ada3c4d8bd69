"""What was found at the time is judged by the fields of today's policy."""

from typing import Any

import pytest

from govern.changes.simulation.findings import judge_findings
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.classifier import Classifier
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection, SecondOpinion


@pytest.mark.parametrize(
    ("role", "direction", "policy", "action"),
    [
        ("tool_arguments", "output", {}, "redact"),
        ("tool_arguments", "output", {"tool_calls": "flag"}, "flag"),
        ("tool_arguments", "output", {"tool_calls": "block"}, "block"),
        ("tool_arguments", "input", {"tool_calls": "flag"}, "redact"),
        ("assistant", "output", {"tool_calls": "flag"}, "redact"),
    ],
)
def test_a_value_in_a_call_of_a_tool(role: str, direction: Any, policy: dict[str, Any], action: str) -> None:
    found = {"policy": "p", "guard": "pii", "type": "EMAIL", "score": 1.0, "role": role, "location": "x", "start": 0, "end": 5}  # fmt: skip
    body = GuardPolicyBody(name="p", guards=(Pii(),), **policy)
    assert judge_findings({"findings": [found]}, [body], direction).action == action


@pytest.mark.parametrize(
    ("ask", "kind", "action"),
    [("grey", "second_tier", "block"), ("never", "second_tier", "allow"), ("grey", "override.instructions", "allow")],
)
def test_where_texts_are_read_again_only_the_second_tier_is_judged_by_the_record(
    ask: Any, kind: str, action: str
) -> None:
    found = {"policy": "p", "guard": "prompt_injection", "type": kind, "score": 0.95, "role": "user", "location": "x", "start": 0, "end": 5}  # fmt: skip
    body = GuardPolicyBody(name="p", guards=(PromptInjection(second_tier=SecondOpinion(ask=ask)),))
    assert judge_findings({"findings": [found]}, [body], "input", only=(Classifier,)).action == action
