"""What a response says beside its output: its request again, as OpenAI's do, and how it is served."""

from typing import Any

from routing.wire.values import text

_SAID_AGAIN = (
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
)
UNSAID: dict[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
}
"""What holds where the request says nothing."""


def echo_of(source: dict[str, Any]) -> dict[str, Any]:
    """What the request says of it, whether or not the rest of it can be understood."""
    said = {name: source[name] for name in _SAID_AGAIN if source.get(name) is not None}
    for name in ("reasoning", "text"):
        if type(said.get(name)) is dict:
            said[name] = {**UNSAID[name], **said[name]}
    return said


def served(answer: dict[str, Any]) -> dict[str, Any]:
    """How an answer is served, as far as a provider, or a piece of its answer, says so."""
    tier = text(answer.get("service_tier"))
    return {"service_tier": tier} if tier else {}
