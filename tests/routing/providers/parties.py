"""Short ways to write requests and targets in tests of providers."""

from typing import Any

import msgspec

from routing.calls import ChatRequest, chat_request, decode_chat
from routing.providers import PROVIDERS, Target

USER = {"role": "user", "content": "Hello"}


def request(*messages: dict[str, Any], **fields: Any) -> ChatRequest:
    tree = {"model": "catalogue-name", "messages": list(messages) or [USER], **fields}
    return chat_request(tree) if "native_fields" in fields else decode_chat(msgspec.json.encode(tree))


def target(kind: str, url: str = "https://example.org/v1", **changes: Any) -> Target:
    changes.setdefault("upstream_model", "upstream")
    return Target("provider", kind, url, secret="sk-secret", allow_private_address=True, **changes)


def written(kind: str, call: ChatRequest, *, stream: bool = False, **changes: Any) -> dict[str, Any]:
    """The body that a provider of this kind is sent."""
    body: dict[str, Any] = msgspec.json.decode(PROVIDERS[kind].encode(call, target(kind, **changes), stream=stream))
    return body


def unsupported(kind: str, call: ChatRequest, **changes: Any) -> list[str]:
    """What is left out: what the provider does not know, and what the model does not take."""
    provider, where = PROVIDERS[kind], target(kind, **changes)
    return sorted({*provider.unsupported(call, where), *provider.not_taken(call, where)})


CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"at":"sky"}'}}
ASKED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOLD = {"role": "tool", "tool_call_id": "call_1", "content": "blue"}
TOOL = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Looks somewhere",
        "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
    },
}
PNG = "data:image/png;base64,iVBORw0KGgo="
PDF = "data:application/pdf;base64,JVBERi0="


def image(url: str = PNG) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
