"""What is kept of an answer for the next who asks the same. Decided after the answer was given, so that its caller waits for none of it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from govern.gateway.cache.answers import CachedAnswer, CachedAnswers
from govern.gateway.cache.digests import owner_of
from govern.gateway.cache.flights import Flights
from govern.gateway.cache.use import CacheUse
from govern.gateway.call import Call
from govern.gateway.masking import masking
from routing.calls import Completion, Surface, output_surfaces

_LOOKING = ThreadPoolExecutor(1, thread_name_prefix="cache")
"""Personal data are looked for apart from what calls wait for."""


AT_ONCE = 64
"""What comes beyond is not kept."""


class KeepingAnswers:
    """The answers that this process is about to keep."""

    def __init__(self, answers: CachedAnswers, flights: Flights) -> None:
        self._answers = answers
        self._flights = flights
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, call: Call, completion: Completion | None) -> None:
        """A call has ended, with an answer or None. Keeps it if it may be kept; whoever waits for the call goes on then."""
        use = call.cached
        if use is None or use.found is not None:
            return
        if completion is None or len(self._tasks) >= AT_ONCE or not _may_be_kept(call, completion):
            use.land(self._flights)
            return
        use.being_kept = True
        task = asyncio.create_task(self._keep(use, call, completion))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: use.land(self._flights))

    async def finish(self) -> None:
        """Waits for what is being kept."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=2)

    async def _keep(self, use: CacheUse, call: Call, completion: Completion) -> None:
        answer = msgspec.structs.replace(completion, raw=None, provider_id="")
        if not use.rule.personal_data:
            surfaces = [*call.surfaces, *output_surfaces(answer)]
            looking = asyncio.get_running_loop().run_in_executor(_LOOKING, partial(_holds_personal_data, surfaces))
            if await looking:
                return
        await self._answers.keep(
            CachedAnswer(use.digest, answer, call.cost_nano_usd),
            call_id=call.id,
            application=call.application.name,
            owner=owner_of(call, use.rule),
            ttl_s=use.rule.ttl_s,
            most=use.rule.most_answers,
        )


def _may_be_kept(call: Call, completion: Completion) -> bool:
    """The first deployment answered at once, to its end and in words, and no guard found anything."""
    verdict = call.evidence.output_verdict
    if len(call.attempts) != 1 or call.evidence.code is not None or call.evidence.answer_unscanned:
        return False
    if verdict is not None and (verdict.action != "allow" or verdict.findings):
        return False
    assert call.cached is not None
    tools = call.cached.rule.tools
    return bool(completion.choices) and all(
        choice.finish_reason in ("stop", "length", *(("tool_calls", "function_call") if tools else ()))
        and not choice.message.refusal
        and not choice.message.native_blocks
        and not choice.message.images
        and choice.message.audio is None
        and (tools or not choice.message.tool_calls)
        for choice in completion.choices
    )


def _holds_personal_data(surfaces: list[Surface]) -> bool:
    """Whether a detector of any kind of personal data or secrets finds something, or cannot read it in time."""
    verdict = masking().inspect_input(surfaces, {}, remember=False)
    return bool(verdict.findings) or any(run.unscanned_reason for run in verdict.runs)
