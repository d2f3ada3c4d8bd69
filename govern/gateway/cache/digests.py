"""Which requests are the same: a keyed digest of all that an answer depends on, and of whom it may be shared with."""

import hashlib
from typing import Any

import msgspec

from govern.gateway.call import Call
from routing.bodies import CacheRule
from routing.calls import ChatRequest

_SAYS_NOTHING = frozenset(
    ("stream", "stream_options", "user", "metadata", "safety_identifier", "prompt_cache_key", "store")
)
"""Fields that no answer depends on: how it is told, who asks, and what is noted about it. Where policy decides by them, the rule, the
deployment and the guards' verdicts of the call itself say so."""
_sorted = msgspec.json.Encoder(order="sorted").encode


def owner_of(call: Call, rule: CacheRule) -> str:
    """Among whose calls answers are shared."""
    if rule.share == "team":
        return f"team:{call.application.team}"
    if rule.share == "key":
        return f"key:{call.application.name}/{call.key.id}"
    return f"application:{call.application.name}"


def digest_of_request(secret: bytes, call: Call, request: ChatRequest, rule: CacheRule) -> bytes:
    """The digest of a request, 32 bytes, keyed with `secret` so that a guessed prompt cannot be confirmed by it.

    `request` is as guards let it through, before a canary is hidden in it. The order of keys, blanks between them and fields that no
    answer depends on do not matter; every other byte does. Raises `UnicodeEncodeError` for a text with half a character.
    """
    assert call.route is not None
    deployment = call.route.deployments[0]
    native = request.native
    parts = [
        owner_of(call, rule),
        call.snapshot.revision.sha256,
        call.route.name,
        deployment.name,
        deployment.model,
        call.asked.model,
        call.door.kind if call.door is not None else "",
        call.own_headers,
        _without(request.tree),
        [native.kind, _without(native.tree)] if native is not None else None,
    ]
    return hashlib.blake2b(_sorted(parts), key=secret[:64], digest_size=32).digest()


def _without(tree: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in tree.items() if name not in _SAYS_NOTHING}
