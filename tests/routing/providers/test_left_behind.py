"""Calls and results of tools that one provider ran itself are not sent to another one, and that is said."""

from typing import Any

import pytest

from routing.calls.order import BlockOrder
from routing.providers.fitted_tools import fitted
from tests.routing.providers.parties import USER, request

BLOCKS = {
    "anthropic": [
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
    ],
    "openai_responses": [
        {"type": "web_search_call", "id": "ws", "status": "completed"},
        {"type": "code_interpreter_call", "id": "ci", "code": "1"},
        {"type": "reasoning", "encrypted_content": "opaque"},
    ],
    "google": [{"executableCode": {"code": "1"}}],
}
SAID = {
    "anthropic": ("messages.server_tool_use", "messages.web_search_tool_result"),
    "openai_responses": ("messages.web_search_call", "messages.code_interpreter_call"),
    "google": ("messages.executableCode",),
}


def asked(kind: str, *blocks: dict[str, Any]) -> Any:
    native = [{"type": "native", "kind": kind, "block": block} for block in blocks or BLOCKS[kind]]
    return request(USER, {"role": "assistant", "content": "Blue.", "native_blocks": native}, USER)


@pytest.mark.parametrize("own", sorted(BLOCKS))
@pytest.mark.parametrize("kind", ["anthropic", "google", "openai", "openai_compatible", "openai_responses"])
def test_what_only_another_provider_can_read_is_named_once(own: str, kind: str) -> None:
    call = asked(own, *BLOCKS[own], *BLOCKS[own])
    assert fitted(call, kind, held=False).dropped == (() if kind == own else SAID[own])


def test_the_order_of_blocks_is_nobodys_loss() -> None:
    order = BlockOrder()
    order.add("call")
    order.add("thought")
    (part,) = order.parts()
    assert fitted(asked(part.kind, part.block), "openai", held=False).dropped == ()


def test_a_name_that_is_no_word_is_not_shown() -> None:
    call = asked("anthropic", {"type": "a secret, perhaps"})
    assert fitted(call, "openai", held=False).dropped == ("messages.native_blocks",)
