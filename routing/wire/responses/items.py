"""Items of OpenAI's Responses format as messages: what an assistant said, thought and called in one go becomes one message."""

from typing import Any

from routing.calls import InvalidRequest
from routing.wire.carried_reasoning import take_carried, unpack
from routing.wire.reading import Fields, keep_unread
from routing.wire.responses.identifiers import take_identifiers
from routing.wire.responses.parts import KIND, Part, as_content, read_content

Message = dict[str, Any]

_CALLS = ("function_call", "custom_tool_call")


def read_input(value: Any) -> list[Message]:
    """The messages of `input`. Raises InvalidRequest."""
    if type(value) is str:
        return [{"role": "user", "content": value}]
    if type(value) is not list or not value:
        raise InvalidRequest("`input` must be a string or a list of items; send at least one.", "input")
    reader = _ItemReader()
    for index, item in enumerate(value):
        reader.add(item, f"input[{index}]")
    return reader.finish()


class _ItemReader:
    """Collects items into messages."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._said: list[Part] = []
        self._turn: Message = {}

    def add(self, value: Any, where: str) -> None:
        item = Fields(value, where)
        kind = item.text("type") or "message"
        if kind == "message":
            self._message(item)
        elif kind in _CALLS:
            self._turn.setdefault("tool_calls", []).append(_call(kind, item))
        elif kind in ("function_call_output", "custom_tool_call_output"):
            self._close()
            self._messages.append(_call_output(item))
        elif kind == "reasoning":
            self._reasoning(value, item)
        elif kind == "item_reference":
            raise InvalidRequest(f"`{where}` refers to an item that is not stored here; send the item itself.", where)
        else:
            self._turn.setdefault("native_blocks", []).append(_native(value))

    def finish(self) -> list[Message]:
        self._close()
        return self._messages

    def _close(self) -> None:
        if self._said or self._turn:
            content = as_content(self._said) if self._said else None
            self._messages.append({"role": "assistant", "content": content, **self._turn})
        self._said, self._turn = [], {}

    def _message(self, item: Fields) -> None:
        role = item.required_text("role")
        if role not in ("user", "assistant", "system", "developer"):
            raise item.refuse("role", "must be user, assistant, system or developer.")
        content = item.take("content")
        if content is None:
            raise item.refuse("content", "is missing; add it.")
        parts = read_content(content, item.path("content"))
        take_identifiers(item)
        left = item.left()
        if role != "assistant":
            self._close()
            message: Message = {"role": role, "content": as_content(parts)}
            keep_unread(message, KIND, left)
            self._messages.append(message)
            return
        for part in parts:
            if part["type"] == "native":
                self._turn.setdefault("native_blocks", []).append(part)
            else:
                self._said.append(part)
        keep_unread(self._turn, KIND, left)

    def _reasoning(self, value: dict[str, Any], item: Fields) -> None:
        encrypted = item.text("encrypted_content")
        if encrypted and (blocks := unpack(encrypted)) is not None:
            take_carried(self._turn, blocks)
        elif encrypted:
            self._turn.setdefault("native_blocks", []).append(_native(value))
        else:
            if thought := _thought(item):
                self._turn["reasoning_content"] = self._turn.get("reasoning_content", "") + thought
            take_identifiers(item)
            keep_unread(self._turn, KIND, item.left())


def _native(item: dict[str, Any]) -> Part:
    return {"type": "native", "kind": KIND, "block": item}


def _thought(item: Fields) -> str:
    found = []
    for part in (*item.each("summary"), *item.each("content")):
        part.take("type")
        found.append(part.required_text("text"))
    return "\n\n".join(found)


def _call(kind: str, item: Fields) -> dict[str, Any]:
    take_identifiers(item)
    call: dict[str, Any] = {"id": item.required_text("call_id")}
    name = item.required_text("name")
    if kind == "custom_tool_call":
        call |= {"type": "custom", "custom": {"name": name, "input": item.required_text("input")}}
    else:
        call |= {"type": "function", "function": {"name": name, "arguments": item.required_text("arguments")}}
    extra_content = item.tree("extra_content") or {}
    if left := item.left():
        extra_content = {**extra_content, KIND: left}
    if extra_content:
        call["extra_content"] = extra_content
    return call


def _call_output(item: Fields) -> Message:
    take_identifiers(item)
    message: Message = {"role": "tool", "tool_call_id": item.required_text("call_id")}
    output = item.take("output")
    if output is None:
        raise item.refuse("output", "is missing; send what the tool answered.")
    message["content"] = as_content(read_content(output, item.path("output")))
    keep_unread(message, KIND, item.left())
    return message
