"""Reported kinds of faults: thinking, asked for in one format and wanted in the words of another."""

import pytest

from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES
from tests.routing.wire.reports import ABSENT, HI, Row, chat, check, claude, gemini, told

BEGUN = [HI, {"role": "assistant", "content": "{ "}]
THINK = {"type": "enabled", "budget_tokens": 31_999}
USE = {"type": "tool_use", "id": "a", "name": "look", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a", "content": "x"}

ROWS = [
    Row(
        "a begun answer beside thinking",
        CHAT,
        chat(*BEGUN, reasoning_effort="low"),
        "anthropic",
        "claude-sonnet-4-5",
        {"thinking": ABSENT, "messages[-1].role": "assistant", "messages[-1].content[0].text": "{"},
        ("reasoning_effort",),
    ),
    Row(
        "a begun answer at a model that goes on for users alone",
        CHAT,
        chat(*BEGUN),
        "anthropic",
        "claude-opus-4-6",
        {"messages[-2].role": "assistant", "messages[-1].role": "user"},
    ),
    Row(
        "thinking that a newer model hides unless asked",
        CHAT,
        chat(reasoning_effort="low"),
        "anthropic",
        "claude-opus-4-7",
        {"thinking": {"type": "adaptive", "display": "summarized"}},
    ),
    Row(
        "thinking beside a tool that must be called",
        CHAT,
        chat(
            reasoning_effort="high", tool_choice="required", tools=[{"type": "function", "function": {"name": "look"}}]
        ),
        "anthropic",
        "claude-sonnet-4-5",
        {"thinking": ABSENT, "tool_choice": {"type": "any"}},
        ("reasoning_effort",),
    ),
    Row(
        "a temperature beyond Claude's",
        CHAT,
        chat(temperature=1.7),
        "anthropic",
        "claude-sonnet-4-5",
        {"temperature": 1.0},
        ("temperature",),
    ),
    Row(
        "more tokens of thought than Gemini takes",
        CHAT,
        chat(thinking=THINK),
        "google",
        "gemini-2.5-flash",
        {"generationConfig.thinkingConfig": {"thinkingBudget": 24_576, "includeThoughts": True}},
        ("thinking.budget_tokens",),
    ),
    Row(
        "fewer tokens of thought than the small Gemini takes",
        CHAT,
        chat(thinking={**THINK, "budget_tokens": 100}),
        "google",
        "gemini-2.5-flash-lite",
        {"generationConfig.thinkingConfig.thinkingBudget": 512},
        ("thinking.budget_tokens",),
    ),
    Row(
        "no thinking at a model that cannot be told not to",
        CHAT,
        chat(reasoning_effort="none"),
        "google",
        "gemini-2.5-pro",
        {"generationConfig.thinkingConfig.thinkingBudget": 128},
    ),
    Row(
        "a level at a model that takes tokens",
        CHAT,
        chat(thinking={"thinkingLevel": "HIGH"}),
        "google",
        "gemini-2.5-flash",
        {"generationConfig.thinkingConfig": {"thinkingBudget": 24_576}},
    ),
    Row(
        "a level and tokens together",
        CHAT,
        chat(thinking={"thinkingLevel": "low", "thinkingBudget": 9}),
        "google",
        "gemini-3-pro",
        {"generationConfig.thinkingConfig": {"thinkingLevel": "low"}},
    ),
    Row(
        "tokens at a model that takes levels",
        MESSAGES,
        claude(thinking=THINK),
        "google",
        "gemini-3-flash",
        {"generationConfig.thinkingConfig": {"thinkingLevel": "high", "includeThoughts": True}},
    ),
    Row(
        "thinking at a Gemini that has none",
        MESSAGES,
        claude(thinking=THINK),
        "google",
        "gemini-2.0-flash",
        {"generationConfig.thinkingConfig": ABSENT},
        ("thinking",),
    ),
    Row(
        "the model decides how long to think",
        MESSAGES,
        claude(thinking={"type": "adaptive"}),
        "google",
        "gemini-2.5-pro",
        {"generationConfig.thinkingConfig": {"thinkingBudget": -1, "includeThoughts": True}},
    ),
    Row(
        "Claude's thinking at OpenAI",
        MESSAGES,
        claude(thinking=THINK),
        "openai",
        "gpt-5",
        {"thinking": ABSENT, "reasoning_effort": "high"},
    ),
    Row(
        "Claude's thinking over Responses",
        MESSAGES,
        claude(thinking={"type": "disabled"}),
        "openai_responses",
        "gpt-5.2",
        {"reasoning.effort": "none"},
    ),
    Row(
        "an effort that OpenAI does not know",
        MESSAGES,
        claude(output_config={"effort": "max"}),
        "openai",
        "gpt-5.1",
        {"reasoning_effort": "high"},
        ("reasoning_effort.max",),
    ),
    Row(
        "an effort at a model that never thinks",
        MESSAGES,
        claude(output_config={"effort": "high"}),
        "openai",
        "gpt-4.1",
        {"reasoning_effort": ABSENT},
        ("reasoning_effort",),
    ),
    Row(
        "Gemini's thinking at Claude",
        GOOGLE,
        gemini(generationConfig={"thinkingConfig": {"thinkingBudget": 8_000}}),
        "anthropic",
        "claude-sonnet-4-5",
        {"thinking": {"type": "enabled", "budget_tokens": 8_000}},
    ),
    Row(
        "adaptive thinking at who knows on and off",
        MESSAGES,
        claude(thinking={"type": "adaptive"}),
        "openai_compatible",
        "glm-5",
        {"thinking": {"type": "enabled"}},
    ),
    Row(
        "thoughts that a model wants back with its calls",
        MESSAGES,
        claude(
            HI,
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "S"}, USE]},
            told(RESULT),
        ),
        "openai_compatible",
        "kimi-k3",
        {"messages[1].reasoning_content": "Hm."},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_leaves(row: Row) -> None:
    check(row)
