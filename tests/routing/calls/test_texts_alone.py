"""A conversation of plain texts takes a shorter way, and it leads to the same."""

import json

import pytest

from routing.calls import decode_chat, read_surfaces
from routing.money import input_bound
from routing.providers import PROVIDERS, Target
from routing.sizes import size_of_prompt

SAID = [
    {"role": "system", "content": "Answer briefly."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hello, Amy."},
    {"role": "user", "content": ""},
]
OTHERS = [
    {"role": "developer", "content": "Answer briefly."},
    {"role": "user", "content": "Hello", "name": "Amy"},
    {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
    {"role": "assistant", "content": None},
    {"role": "assistant", "content": "Hello", "thinking_blocks": []},
    {"role": "tool", "content": "12 degrees", "tool_call_id": "call_1"},
    {"role": "function", "content": "12 degrees"},
]


def request(*messages, **fields):
    return decode_chat(json.dumps({"model": "m", "messages": list(messages), **fields}).encode())


def looked_at_in_full(*messages, **fields):
    chat = request(*messages, **fields)
    chat.__dict__["texts_alone"] = False
    return chat


def test_plain_turns_are_texts_alone():
    assert request(*SAID, tools=[]).texts_alone


@pytest.mark.parametrize("other", OTHERS)
def test_anything_else_is_looked_at_in_full(other):
    assert not request(*SAID, other).texts_alone


@pytest.mark.parametrize("kind", sorted(PROVIDERS))
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"max_tokens": 10, "temperature": 0.5, "user": "amy"},
        {"tool_choice": "auto"},
        {"tools": None, "parallel_tool_calls": True},
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        {"functions": [{"name": "f"}]},
        {"function_call": "auto"},
        {"reasoning_effort": "low"},
    ],
)
def test_what_leaves_is_the_same(kind, fields):
    target = Target(kind, kind, "https://provider.test/v1", "m", secret="s", held=True)
    short, full = request(*SAID, **fields), looked_at_in_full(*SAID, **fields)
    provider = PROVIDERS[kind]
    assert provider.outgoing(short, target, stream=False) == provider.outgoing(full, target, stream=False)


def test_it_is_as_large():
    short, full = request(*SAID), looked_at_in_full(*SAID)
    texts = read_surfaces(short).surfaces
    assert size_of_prompt(short, texts) == size_of_prompt(full, texts)
    assert input_bound(short) == input_bound(full)
