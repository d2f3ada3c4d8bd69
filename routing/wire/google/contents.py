"""Google's contents as messages: answers of functions become messages of their own, thoughts and calls leave the content.

Google's calls have no ids, or have them since lately; each gets one here, and an answer belongs to the first open call of its name.
"""

from typing import Any

import msgspec

from routing.wire.carried_reasoning import take_carried, unpack
from routing.wire.google.parts import KIND, Part, as_content, read_part
from routing.wire.reading import CamelFields, keep_unread

Message = dict[str, Any]

_LONGEST_IN_ID = 28
"""Letters of a function's name in an id of ours: OpenAI takes ids of 40."""


class ContentReader:
    """Reads the contents of one conversation, in order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._open_calls: dict[str, list[str]] = {}
        """Name → ids of calls without an answer."""
        self._calls = 0

    def add(self, value: Any, where: str) -> None:
        """Adds one content. Raises InvalidRequest."""
        content = CamelFields(value, where)
        role = content.text("role") or "user"
        parts = content.take("parts")
        if type(parts) is dict:
            parts = [parts]
        if type(parts) is not list:
            raise content.refuse("parts", "must be a list of parts.")
        if role not in ("user", "model", "function"):
            raise content.refuse("role", "must be user or model; the system prompt goes into `systemInstruction`.")
        read = self._model if role == "model" else self._user
        before = len(self.messages)
        read([CamelFields(part, f"{content.path('parts')}[{index}]") for index, part in enumerate(parts)], parts)
        keep_unread(self.messages[before], KIND, content.left())

    def _user(self, read: list[CamelFields], values: list[Any]) -> None:
        said: list[Part] = []
        answered = False
        for fields, value in zip(read, values, strict=True):
            if (response := fields.fields("functionResponse")) is not None:
                self.messages.append(self._answer(response, fields))
                answered = True
            else:
                said.append(read_part(value, fields.where))
        if said or not answered:
            self.messages.append({"role": "user", "content": as_content(said)})

    def _answer(self, response: CamelFields, fields: CamelFields) -> Message:
        name = response.required_text("name")
        identity = self._call_answered(name, response.text("id"))
        value = response.tree("response") or {}
        parts = [{"type": "text", "text": msgspec.json.encode(value).decode()}]
        for index, part in enumerate(response.items("parts")):
            parts.append(read_part(part, f"{response.path('parts')}[{index}]"))
        message: Message = {"role": "tool", "tool_call_id": identity or name, "content": as_content(parts)}
        if identity is None:
            message["name"] = name
        if value.keys() == {"error"}:
            message["is_error"] = True
        keep_unread(message, KIND, fields.left())
        return message

    def _call_answered(self, name: str, identity: str | None) -> str | None:
        """The id of the call that an answer belongs to; None if there is no such call."""
        waiting = self._open_calls.get(name, [])
        if identity is None:
            return waiting.pop(0) if waiting else None
        if identity in waiting:
            waiting.remove(identity)
        return identity

    def _model(self, read: list[CamelFields], values: list[Any]) -> None:
        message: Message = {"role": "assistant", "content": None}
        said: list[Part] = []
        for fields, value in zip(read, values, strict=True):
            if (call := fields.fields("functionCall")) is not None:
                message.setdefault("tool_calls", []).append(self._call(call, fields))
            elif fields.flag("thought") and "text" in value:
                _think(fields, message)
            else:
                part = read_part(value, fields.where)
                if part["type"] == "native":
                    message.setdefault("native_blocks", []).append(part)
                else:
                    said.append(part)
        if said:
            message["content"] = as_content(said)
        self.messages.append(message)

    def _call(self, call: CamelFields, fields: CamelFields) -> dict[str, Any]:
        name = call.required_text("name")
        self._calls += 1
        identity = call.text("id") or f"call_{name[:_LONGEST_IN_ID]}_{self._calls}"
        self._open_calls.setdefault(name, []).append(identity)
        arguments = msgspec.json.encode(call.tree("args") or {}).decode()
        written: dict[str, Any] = {
            "id": identity,
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        signature = fields.text("thoughtSignature")
        own = fields.left()
        if signature:
            own["thought_signature"] = signature
        if own:
            written["extra_content"] = {KIND: own}
        return written


def _think(fields: CamelFields, message: Message) -> None:
    """A thought: another provider's signed reasoning, if its signature says so, or text."""
    signature, thought = fields.text("thoughtSignature"), fields.required_text("text")
    if signature and (blocks := unpack(signature)) is not None:
        take_carried(message, blocks)
        return
    if thought:
        message["reasoning_content"] = message.get("reasoning_content", "") + thought
    keep_unread(message, KIND, fields.left())
    if signature:
        own = message.setdefault("extra_content", {}).setdefault(KIND, {})
        if own.setdefault("thought_signature", signature) != signature:
            keep_unread(message, KIND, {"thoughtSignature": signature})
