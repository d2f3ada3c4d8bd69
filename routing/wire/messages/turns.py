"""Turns of Anthropic's format as messages: results of tools become messages of their own, reasoning and calls leave the content."""

from typing import Any

import msgspec

from routing.calls.order import BlockOrder
from routing.wire.messages.blocks import KIND, Part, as_content, read_block, read_content
from routing.wire.reading import Fields, keep_unread

Message = dict[str, Any]


def read_turn(value: Any, where: str) -> list[Message]:
    """The messages of one turn. Raises InvalidRequest."""
    turn = Fields(value, where)
    role = turn.required_text("role")
    content = turn.take("content")
    if content is None:
        raise turn.refuse("content", "is missing; add it.")
    if role == "assistant":
        messages = [_assistant(content, turn.path("content"))]
    elif role == "user":
        messages = _user(content, turn.path("content"))
    elif role == "system":
        messages = [{"role": "system", "content": as_content(read_content(content, turn.path("content")))}]
    else:
        raise turn.refuse("role", "must be user or assistant; the system prompt goes into `system`.")
    keep_unread(messages[0], KIND, turn.left())
    return messages


def _user(content: Any, where: str) -> list[Message]:
    if type(content) is not list:
        return [{"role": "user", "content": as_content(read_content(content, where))}]
    messages: list[Message] = []
    parts: list[Part] = []
    for index, block in enumerate(content):
        place = f"{where}[{index}]"
        if type(block) is dict and block.get("type") == "tool_result":
            messages.append(_tool_result(Fields(block, place)))
        else:
            parts.append(read_block(block, place))
    if parts or not messages:
        messages.append({"role": "user", "content": as_content(parts)})
    return messages


def _tool_result(block: Fields) -> Message:
    block.take("type")
    message: Message = {"role": "tool", "tool_call_id": block.required_text("tool_use_id")}
    message["content"] = as_content(read_content(block.take("content"), block.path("content")))
    if block.flag("is_error"):
        message["is_error"] = True
    if cache_control := block.tree("cache_control"):
        message["cache_control"] = cache_control
    keep_unread(message, KIND, block.left())
    return message


def _assistant(content: Any, where: str) -> Message:
    if type(content) is not list:
        return {"role": "assistant", "content": as_content(read_content(content, where))}
    turn = _AssistantTurn()
    for index, block in enumerate(content):
        turn.add(block, f"{where}[{index}]")
    return turn.message()


class _AssistantTurn:
    """Blocks of an assistant's turn, sorted into the places of a message."""

    def __init__(self) -> None:
        self._said: list[Part] = []
        self._thought: list[str] = []
        self._signed: list[Part] = []
        self._native: list[Part] = []
        self._calls: list[dict[str, Any]] = []
        self._unread: list[dict[str, Any]] = []
        self._order = BlockOrder()

    def add(self, value: Any, where: str) -> None:
        block = Fields(value, where)
        kind = block.required_text("type")
        if kind == "thinking":
            self._think(block)
            self._unread.append(block.left())
        elif kind == "redacted_thinking":
            self._signed.append({"type": kind, "data": block.required_text("data")})
            self._order.add("thought")
            self._unread.append(block.left())
        elif kind == "tool_use":
            self._calls.append(_tool_call(block))
            self._order.add("call")
        else:
            part = read_block(value, where)
            (self._native if part["type"] == "native" else self._said).append(part)
            if part["type"] == "native":
                self._order.add("own")
            else:
                self._order.say(len(part["text"]) if part["type"] == "text" else 1)

    def _think(self, block: Fields) -> None:
        thought, signature = block.required_text("thinking"), block.text("signature")
        if signature:
            self._signed.append({"type": "thinking", "thinking": thought, "signature": signature})
            self._order.add("thought")
        elif thought:
            self._thought.append(thought)  # another provider's, which signs nothing

    def message(self) -> Message:
        message: Message = {"role": "assistant", "content": as_content(self._said) if self._said else None}
        if self._thought:
            message["reasoning_content"] = "".join(self._thought)
        if order := self._order.part():
            self._native.append(order)
        for name, found in (
            ("thinking_blocks", self._signed),
            ("native_blocks", self._native),
            ("tool_calls", self._calls),
        ):
            if found:
                message[name] = found
        for left in self._unread:
            keep_unread(message, KIND, left)
        return message


def _tool_call(block: Fields) -> dict[str, Any]:
    arguments = msgspec.json.encode(block.tree("input") or {}).decode()
    call: dict[str, Any] = {
        "id": block.required_text("id"),
        "type": "function",
        "function": {"name": block.required_text("name"), "arguments": arguments},
    }
    extra_content = block.tree("extra_content") or {}
    if left := block.left():
        extra_content = {**extra_content, KIND: left}
    if extra_content:
        call["extra_content"] = extra_content
    return call
