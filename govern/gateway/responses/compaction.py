"""`POST /v1/responses/compact`: a model sums a conversation up in a governed call, and the sum comes back sealed for its application.

The answer holds the user's messages and one item of type `compaction`. Sent back in the place of what it stands for, that item is opened
here, before guards read the request: nobody else, the caller included, can read or change it, and nothing of it is stored.
"""

import base64
import binascii
from typing import Any

import msgspec

from audit.payloads.sealing import PayloadSealer, PayloadUnreadable, SealedPayload
from audit.payloads.storing import binding
from govern.gateway.call import Call
from govern.gateway.doors.door_formats import RESPONSES
from govern.gateway.exchange import ChatExchange, identity_of
from routing.calls import Completion, InvalidRequest
from routing.wire.interface import AnswerIdentity
from routing.wire.responses.identifiers import response_id
from routing.wire.responses.write_answers import usage_object
from routing.wire.values import objects, text

Item = dict[str, Any]

PURPOSE = "compaction"
_MARK = b"govsum"  # six bytes: their base64 stands apart
_SUM_UP = (
    "Sum up the conversation so far for whoever goes on with it without having read it: what the user wants, what was done and decided, "
    "what was learned (names, paths, figures, errors), and what is still to do. Write the summary and nothing else; call no tool."
)
_HEAD = "Summary of the conversation before this point:\n"
_KEPT = (
    "model",
    "instructions",
    "reasoning",
    "service_tier",
    "prompt_cache_key",
    "metadata",
    "user",
    "safety_identifier",
)


def summing_up(tree: Item) -> bytes:
    """The request that asks for a summary of another one's conversation, whose references were resolved."""
    items = tree.get("input")
    if type(items) is str:
        items = [{"role": "user", "content": items}]
    asked = [*objects(items), {"role": "user", "content": _SUM_UP}]
    written = {name: tree[name] for name in _KEPT if tree.get(name) is not None}
    written |= {"input": asked, "store": False}
    if tools := _tools(tree, asked):
        written |= {"tools": tools, "tool_choice": "none"}
    return msgspec.json.encode(written)


def _tools(tree: Item, items: list[Item]) -> list[Item]:
    """The tools of earlier calls, which some providers want to know of."""
    given = objects(tree.get("tools"))
    known = {name for tool in given for name in (text(tool.get("name")), *map(_name, objects(tool.get("tools"))))}
    called = {_name(item) for item in items if item.get("type") == "function_call"} - known - {""}
    return [*given, *({"type": "function", "name": name, "parameters": {"type": "object"}} for name in sorted(called))]


def _name(tool: Item) -> str:
    return text(tool.get("name")) or ""


class CompactExchange(ChatExchange):
    """The call that sums up. Its answer is what the user said, and the summary of everything."""

    def __init__(self, tree: Item, path: str, sealer: PayloadSealer) -> None:
        asked = summing_up(tree)
        super().__init__(RESPONSES, asked, RESPONSES.decode(asked, path))
        self._tree = tree
        self._sealer = sealer

    async def write(self, call: Call, completion: Completion) -> bytes:
        """As `ChatExchange`."""
        return msgspec.json.encode(compacted(completion, self._tree, call, identity_of(call), self._sealer))


def compacted(completion: Completion, tree: Item, call: Call, identity: AnswerIdentity, sealer: PayloadSealer) -> Item:
    """The answer as an object."""
    said = completion.choices[0].message.content if completion.choices else None
    items = tree.get("input")
    users = [item for item in objects(items) if item.get("role") == "user"]
    if type(items) is str:
        users = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": items}]}]
    summary = {
        "id": f"cmp_{identity.call_id}_0",
        "type": "compaction",
        "encrypted_content": _sealed(said or "", call, sealer),
    }
    return {
        "id": response_id(identity.call_id),
        "object": "response.compaction",
        "created_at": identity.created_s,
        "output": [*users, summary],
        "usage": usage_object(completion.usage),
    }


def _sealed(summary: str, call: Call, sealer: PayloadSealer) -> str:
    sealed = sealer.seal(summary.encode(), bound_to=binding(call.id, PURPOSE, call.application.name))
    return base64.b64encode(_MARK + msgspec.msgpack.encode((call.id, sealed))).decode()


def with_summaries(tree: Item, application: str, sealer: PayloadSealer) -> Item:
    """The request with the summaries that Govern sealed opened. Raises InvalidRequest for one that is not of this application."""
    items = tree.get("input")
    if type(items) is not list:
        return tree
    opened = [_opened(item, f"input[{index}]", application, sealer) for index, item in enumerate(items)]
    return tree if opened == items else {**tree, "input": opened}


def _opened(item: Any, where: str, application: str, sealer: PayloadSealer) -> Any:
    if type(item) is not dict or item.get("type") not in ("compaction", "compaction_summary"):
        return item
    try:
        packed = base64.b64decode(str(item.get("encrypted_content") or ""), validate=True)
    except (binascii.Error, ValueError):
        return item
    if not packed.startswith(_MARK):
        return item  # a provider's own
    try:
        call_id, sealed = msgspec.msgpack.decode(packed.removeprefix(_MARK), type=tuple[bytes, SealedPayload])
        summary = sealer.open(sealed, bound_to=binding(call_id, PURPOSE, application))
    except (msgspec.DecodeError, PayloadUnreadable):
        raise InvalidRequest(
            f"`{where}` is no summary of this application's, or was changed; send the items themselves.", where
        ) from None
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": _HEAD + summary.decode()}]}
