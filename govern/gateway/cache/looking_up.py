"""The step of a call that may need no provider: was this asked before, and may the answer be given again?"""

import asyncio
import time
from typing import TYPE_CHECKING

from govern.gateway.cache.digests import digest_of_request
from govern.gateway.cache.use import CacheUse
from govern.gateway.call import Attempt, Call
from routing.bodies import CacheRule
from routing.calls import ChatRequest
from routing.money import NOTHING

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_TOOLS = ("tools", "functions", "web_search_options")


async def look_up(gateway: "Gateway", call: Call, request: ChatRequest, rule: CacheRule) -> bool:
    """Whether the call is answered from the cache. Then there is an attempt that cost nothing, and nothing is held or sent."""
    wanted = _wanted(call.cache_control)
    if wanted == "no-store" or not _may_be_shared(call, request, rule):
        return False
    try:
        digest = digest_of_request(gateway.digest_key, call, request, rule)
    except UnicodeEncodeError:
        return False
    use = call.cached = CacheUse(rule, digest)
    if wanted == "no-cache":  # a fresh answer, which takes the place of the one that is kept
        return False
    use.found = await gateway.cached_answers.find(digest)
    if use.found is None:
        use.leads = gateway.flights.lead(digest)
        if use.leads:
            _land_at_the_latest(gateway, use)
        else:
            await gateway.flights.wait(digest, longest_s=call.deadline - time.monotonic())
            use.found = await gateway.cached_answers.find(digest)
    if use.found is None:
        return False
    assert call.route is not None
    deployment = call.route.deployments[0]
    attempt = Attempt(deployment, deployment.target, None, NOTHING)
    attempt.answered = True
    call.attempts.append(attempt)
    call.instance = gateway.writer.instance
    return True


def _wanted(cache_control: bytes) -> str:
    """What a caller asks of the cache: `no-store`, `no-cache` or nothing."""
    if not cache_control:
        return ""
    words = {word.strip().lower() for word in cache_control.split(b",")}
    return "no-store" if b"no-store" in words else "no-cache" if b"no-cache" in words else ""


def _may_be_shared(call: Call, request: ChatRequest, rule: CacheRule) -> bool:
    """Nothing in which a guard found something, nothing that guards cannot read, and no tools unless the rule says so."""
    verdict = call.evidence.input_verdict
    if verdict is None or verdict.action != "allow" or verdict.findings or call.unscanned:
        return False
    if request.logprobs:  # which a stream that is put together again does not have
        return False
    return rule.tools or not _uses_tools(request)


def _uses_tools(request: ChatRequest) -> bool:
    if any(request.tree.get(name) for name in _TOOLS):
        return True
    if request.native is not None and request.native.tree.get("tools"):
        return True
    return not request.texts_alone and any(
        message.role in ("tool", "function") or getattr(message, "tool_calls", None) for message in request.messages
    )


def _land_at_the_latest(gateway: "Gateway", use: CacheUse) -> None:
    """Whatever becomes of the task of the leader, nobody waits for it once it is gone."""

    def land(_: object) -> None:
        if not use.being_kept:
            use.land(gateway.flights)

    task = asyncio.current_task()
    if task is not None:
        task.add_done_callback(land)
