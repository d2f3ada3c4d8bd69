"""Reported kinds of faults: tools, the choice among them, and their names and ids."""

import pytest

from tests.routing.wire.doors import CHAT, MESSAGES
from tests.routing.wire.reports import ABSENT, HI, Begins, Row, chat, check, claude

LOOK = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {"at": {}}}}}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLED = [
    HI,
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "x"},
]
VARIANTS = {"anyOf": [{"properties": {"x": {"type": "array"}}}, {"properties": {"y": {"type": "string"}}}]}

ROWS = [
    *(
        Row(
            "a choice among no tools",
            CHAT,
            chat(tool_choice="auto", parallel_tool_calls=False),
            kind,
            "m",
            {"tool_choice": ABSENT, "parallel_tool_calls": ABSENT},
        )
        for kind in ("openai", "openai_responses", "openai_compatible")
    ),
    Row(
        "an empty list of tools",
        CHAT,
        chat(tools=[], tool_choice="none"),
        "openai",
        "m",
        {"tools": ABSENT, "tool_choice": ABSENT},
    ),
    Row(
        "calls in the history and no tools",
        CHAT,
        chat(*CALLED, HI),
        "anthropic",
        "claude-opus-4-6",
        {"tools[0].name": "look", "tool_choice": {"type": "none"}},
    ),
    Row(
        "a choice at the very top of parameters",
        MESSAGES,
        claude(tools=[{"name": "look", "input_schema": VARIANTS}]),
        "openai",
        "m",
        {"tools[0].function.parameters.type": "object", "tools[0].function.parameters.anyOf": ABSENT},
    ),
    Row(
        "a list that does not say its items",
        MESSAGES,
        claude(tools=[{"name": "look", "input_schema": {"type": "object", "properties": {"x": {"type": "array"}}}}]),
        "openai_responses",
        "m",
        {"tools[0].parameters.properties.x.items": {}},
    ),
    Row(
        "parameters without properties",
        MESSAGES,
        claude(tools=[{"name": "look", "input_schema": {"type": "object"}}]),
        "openai",
        "m",
        {"tools[0].function.parameters.properties": {}},
    ),
    Row(
        "functions and a form of the answer before Gemini 3",
        CHAT,
        chat(tools=[LOOK], response_format={"type": "json_object"}),
        "google",
        "gemini-2.5-pro",
        {"generationConfig.responseMimeType": ABSENT},
        ("response_format",),
    ),
    Row(
        "functions and a form of the answer since Gemini 3",
        CHAT,
        chat(tools=[LOOK], response_format={"type": "json_object"}),
        "google",
        "gemini-3-pro",
        {"generationConfig.responseMimeType": "application/json"},
    ),
    Row(
        "one call at a time, at Claude",
        CHAT,
        chat(tools=[LOOK], parallel_tool_calls=False),
        "anthropic",
        "m",
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
    ),
    Row(
        "one call at a time, at Gemini",
        CHAT,
        chat(tools=[LOOK], parallel_tool_calls=False),
        "google",
        "m",
        {"toolConfig": ABSENT},
        ("parallel_tool_calls",),
    ),
    Row(
        "functions beside reasoning at OpenAI's newer models",
        CHAT,
        chat(tools=[LOOK], reasoning_effort="low"),
        "openai",
        "gpt-5.4",
        {"messages": ABSENT, "reasoning.effort": "low", "tools[0].name": "look"},
    ),
    Row(
        "functions at a model that thinks unasked",
        CHAT,
        chat(tools=[LOOK]),
        "openai",
        "gpt-5.6-sol",
        {"input[0].role": "user", "store": False},
    ),
    Row(
        "functions without reasoning at OpenAI's newer models",
        CHAT,
        chat(tools=[LOOK], reasoning_effort="none"),
        "openai",
        "gpt-5.6-sol",
        {"messages[0].role": "user", "reasoning_effort": "none"},
    ),
    Row(
        "a name with dots",
        CHAT,
        chat(tools=[{"type": "function", "function": {"name": "files.read"}}]),
        "anthropic",
        "m",
        {"tools[0].name": Begins("files_read_")},
    ),
    Row(
        "an id of 100 letters",
        CHAT,
        chat(
            HI,
            {"role": "assistant", "tool_calls": [{**CALL, "id": "i" * 100}]},
            {"role": "tool", "tool_call_id": "i" * 100, "content": "x"},
        ),
        "openai_responses",
        "m",
        {"input[1].call_id": Begins("call_"), "input[2].call_id": Begins("call_")},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_leaves(row: Row) -> None:
    check(row)
