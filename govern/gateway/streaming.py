"""The way of a streamed call: the same steps, with the answer inspected and passed on piece by piece.

What ends an answer (the finish reason, `[DONE]`) is held back until the outcome is durable, so a client that has seen a complete
answer can rely on its record.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from govern.gateway.admission import request_for
from govern.gateway.asking import note_answer, target_of
from govern.gateway.call import Attempt, Call
from govern.gateway.closing import close, refuse
from govern.gateway.exchange import ChatExchange, identity_of
from govern.gateway.inspection import LARGE_TEXT_BYTES, blocked, in_inspector, note_violations, vault_of
from govern.gateway.pipeline import ask, prepare
from govern.gateway.provider_words import note_failure, provider_refusal
from govern.gateway.records import keyed_digest
from govern.gateway.refusals import Refusal
from govern.gateway.route import check_still_flows
from govern.gateway.settling import Heard, settle_answered, settle_left
from govern.gateway.streams.inspected_stream import InspectedStream
from govern.gateway.streams.native_stream import NativeStream, events_of
from govern.gateway.streams.patience import Patience, end_task
from routing.calls import ALIVE, Chunk, Completion, GatheredAnswer, as_chunks
from routing.providers import PROVIDERS, ProviderError
from routing.wire.interface import NativeEncoder, StreamEncoder

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from govern.gateway.process.runtime import Gateway
    from govern.gateway.process.snapshot import Snapshot

Arrived = Sequence[Chunk]
"""What of an answer arrived together."""

_LEFT = "the caller left while the provider answered"
_STOPPED = "a guard stopped the provider's answer"
_FAILED = "Govern failed while the provider answered"


async def open_stream(gateway: "Gateway", call: Call, exchange: ChatExchange) -> "StreamedAnswer":
    """Everything up to the provider's first chunk, or as far as patience goes. Raises `Refusal`, with the outcome on the record."""
    call.streamed = True
    patience = Patience()
    try:
        await prepare(gateway, call, exchange)
        overhead_us = call.overhead_us()
        if call.cached is not None and call.cached.found is not None:
            asked = asyncio.ensure_future(_replayed(call.cached.found.answer.completion))
        else:
            asked = asyncio.ensure_future(ask(gateway, call, partial(_open, patience), exchange.bound(call)))
        if await patience.wait(asked):
            asked.result()
            overhead_us = call.overhead_us()
    except BaseException as error:
        raise await refuse(gateway, call, error) from None
    return StreamedAnswer(gateway, call, asked, exchange, overhead_us=overhead_us)


async def _open(
    patience: Patience, gateway: "Gateway", call: Call, attempt: Attempt
) -> tuple[Arrived, AsyncIterator[Arrived]]:
    request = request_for(call, attempt)
    target = target_of(gateway, attempt)
    answer = PROVIDERS[target.kind].stream(gateway.client, target, request, deadline=call.deadline)
    try:
        while not _says_something(first := await anext(answer)):
            patience.wake()
        note_answer(gateway, attempt)
        attempt.answered = True
        return first, answer
    except StopAsyncIteration:
        raise ProviderError("The provider's stream ended before it began.", retryable=True) from None
    except BaseException:
        await _close_answer(answer)
        raise


async def _replayed(completion: Completion) -> tuple[Arrived, AsyncIterator[Arrived]]:
    """A whole answer as if a provider streamed it: what is kept passes the guards on its way like anything else."""

    async def nothing_more() -> AsyncIterator[Arrived]:
        return
        yield

    return [*as_chunks(completion), Chunk(usage=completion.usage)], nothing_more()


def _says_something(arrived: Arrived) -> bool:
    return any(chunk is not ALIVE for chunk in arrived)


async def _close_answer(answer: AsyncIterator[Arrived]) -> None:
    aclose = getattr(answer, "aclose", None)
    if aclose is not None:
        await aclose()


class StreamedAnswer:
    """The events of a streamed answer. To be iterated once; `aclose` ends it early, as a client that hangs up does."""

    def __init__(
        self,
        gateway: "Gateway",
        call: Call,
        asked: "asyncio.Task[tuple[Arrived, AsyncIterator[Arrived]]]",
        exchange: ChatExchange,
        *,
        overhead_us: int,
    ) -> None:
        self._gateway = gateway
        self._call = call
        self._asked = asked
        self._answer: AsyncIterator[Arrived] | None = None
        self._exchange = exchange
        self._format = exchange.format
        self.overhead_us = overhead_us
        """Of the call so far, to be told in its headers."""
        self._inspected = InspectedStream(
            call.application.enforcement, call.facts, system_prompt=call.system_prompt, vault=vault_of(call)
        )
        self._encoder: StreamEncoder
        self._native: NativeStream | None = None
        self._heard = Heard()
        self._gathered = GatheredAnswer() if call.cached is not None and not call.is_hit else None
        """What the cache may keep."""
        self._told = sha256()
        self._checked: Snapshot | None = call.snapshot
        self._events = self._run()

    def __aiter__(self) -> "StreamedAnswer":
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._events)

    async def aclose(self) -> None:
        """Ends the answer; a call that was under way is settled and recorded as hung up."""
        await self._events.aclose()
        if not self._call.closed:  # closed before its first event was asked for
            await self._close_provider()
            await self._abandon(asyncio.CancelledError())

    async def _run(self) -> AsyncGenerator[bytes, None]:
        call, gateway = self._call, self._gateway
        try:
            if not self._asked.done():
                yield self._format.ping
            arrived: Arrived | None
            try:
                arrived, self._answer = await self._asked
            finally:
                self._name_the_answer()
            call.timings.first_byte_us = call.elapsed_us()
            while arrived is not None:
                self._check_still_flows()
                events = await self._passed(arrived)
                if events:
                    self._told.update(events.replace(self._format.ping, b""))
                    yield events
                self._check_verdict()
                arrived = await self._next(self._answer)
            last = self._end(await self._finish())
            if self._exchange.kept is not None:
                self._exchange.kept.told(self._encoder)
            self._told.update(last.replace(self._format.ping, b""))
            call.evidence.answer_digest = self._told.digest()
            await close(gateway, call, status=200)
            if self._gathered is not None:
                gateway.keeping_answers.begin(call, self._gathered.completion())
            yield last
        except Exception as error:
            yield await self._fail(error)
        except BaseException as error:
            await asyncio.shield(asyncio.ensure_future(self._abandon(error)))
            raise
        finally:
            await self._close_provider()

    def _check_still_flows(self) -> None:
        """Nothing more is told once a newer snapshot has stopped the application's traffic, or who answers."""
        snapshot = self._gateway.snapshot
        if snapshot is not self._checked:
            check_still_flows(self._call, snapshot)
            self._checked = snapshot

    def _name_the_answer(self) -> None:
        """Only now it is known who answers, or who failed last."""
        self._encoder = self._format.stream(self._exchange.request, identity_of(self._call))
        if not self._inspected.inspecting:
            self._encoder.let_calls_flow()
        if isinstance(self._encoder, NativeEncoder) and not self._call.is_hit:
            self._native = NativeStream(self._encoder, self._inspected)

    async def _close_provider(self) -> None:
        await end_task(self._asked)
        if self._answer is None and not self._asked.cancelled() and self._asked.exception() is None:
            first, self._answer = self._asked.result()
            self._hear(first)
        if self._answer is not None:
            await _close_answer(self._answer)

    async def _next(self, answer: AsyncIterator[Arrived]) -> Arrived | None:
        started = time.perf_counter_ns()
        try:
            return await anext(answer)
        except StopAsyncIteration:
            return None
        finally:
            waited = (time.perf_counter_ns() - started) // 1_000
            self._call.attempts[-1].latency_us += waited
            self._call.timings.provider_us += waited

    def _hear(self, arrived: Arrived) -> None:
        for chunk in arrived:
            self._heard.add(chunk)

    async def _passed(self, arrived: Arrived) -> bytes:
        """What the pieces add that arrived together. The guards look at large ones in a thread."""
        heard = self._heard.bytes
        self._hear(arrived)
        if self._heard.bytes - heard > LARGE_TEXT_BYTES or any(_is_large(chunk) for chunk in arrived):
            return await in_inspector(partial(self._pass_all, arrived))
        return self._pass_all(arrived)

    def _pass_all(self, arrived: Arrived) -> bytes:
        if len(arrived) == 1:
            return self._pass(arrived[0])
        told = []
        for chunk in arrived:
            told.append(self._pass(chunk))
            if self._inspected.verdict is not None:
                break  # it ends here, whatever came with it
        return b"".join(told)

    def _pass(self, chunk: Chunk) -> bytes:
        if chunk is ALIVE:
            return self._format.ping
        if self._call.evidence.kept is not None:
            self._call.evidence.kept.hear(chunk)
        if self._gathered is not None:
            self._gathered.add(chunk)
        events = events_of(chunk) if self._native is not None else ()
        started = time.perf_counter_ns()
        passed = self._inspected.feed(chunk)
        self._call.timings.guards_us += (time.perf_counter_ns() - started) // 1_000
        if self._inspected.blocks_wait:
            self._encoder.hold()
        if self._native is not None:
            return self._native.tell(events, passed)
        return self._encoder.chunk(passed) if passed is not None else b""

    def _end(self, rest: list[Chunk]) -> bytes:
        if self._native is not None:
            return self._native.end(rest, self._heard.usage, withheld=self._inspected.withheld)
        return b"".join(map(self._encoder.chunk, rest)) + self._encoder.end(self._heard.usage)

    async def _finish(self) -> list[Chunk]:
        """The rest of the text and what ends the answer, once everything has been inspected. Settles the attempt."""
        call = self._call
        started = time.perf_counter_ns()
        usage = self._heard.usage
        if usage is not None:
            call.facts["output_tokens"] = usage.output_tokens
        if self._heard.bytes > LARGE_TEXT_BYTES or self._inspected.anything_waits:
            rest = await in_inspector(self._inspected.finish)
        else:
            rest = self._inspected.finish()
        call.timings.guards_us += (time.perf_counter_ns() - started) // 1_000
        call.evidence.finish_reason = self._inspected.finish_reason
        if not call.is_hit:
            settle_answered(call, call.attempts[-1], usage, said_bytes=self._heard.said_bytes)
        call.evidence.answer_unscanned = self._inspected.unscanned
        call.evidence.output_digest = keyed_digest(self._gateway.digest_key, self._inspected.digested_text())
        self._check_verdict()
        verdict = self._inspected.verdict
        call.evidence.output_verdict = verdict
        if verdict is not None and verdict.action != "allow":
            note_violations(call, verdict)
        return rest

    def _check_verdict(self) -> None:
        verdict = self._inspected.verdict
        if verdict is not None and verdict.action == "block":
            call = self._call
            call.evidence.output_verdict = verdict
            note_violations(call, verdict)
            raise blocked(call, verdict)

    async def _fail(self, error: Exception) -> bytes:
        call, last = self._call, _Last(self._encoder, self._native, self._told, self._format.ping)
        if isinstance(error, ProviderError):
            note_failure(self._gateway, call.attempts[-1], error)
            self._settle_left(error.message)
            error = provider_refusal(call, error)
        else:
            self._settle_left(_STOPPED if isinstance(error, Refusal) else _FAILED)
        raised = await refuse(self._gateway, call, error, last.told_refusal)
        refusal = raised if isinstance(raised, Refusal) else Refusal("internal_error", "Govern failed on this call.")
        return last.events(self._gateway, call, refusal)

    async def _abandon(self, error: BaseException) -> None:
        await end_task(self._asked)
        self._settle_left(_LEFT)
        await refuse(self._gateway, self._call, error)

    def _settle_left(self, why: str) -> None:
        """What an answer that had begun has cost so far. One that never began settles at what was held."""
        attempt = self._call.attempt
        if attempt is not None and attempt.answered and attempt.usage is None and not self._call.is_hit:
            settle_left(self._call, attempt, self._heard, why=why)


class _Last:
    """How a stream ends that fails in the middle: what was released, and the event that says why."""

    def __init__(self, encoder: StreamEncoder, native: NativeStream | None, told: "Hash", ping: bytes) -> None:
        self._encoder = encoder
        self._native = native
        self._told = told
        self._ping = ping
        self._written: tuple[Refusal, bytes] | None = None

    def events(self, gateway: "Gateway", call: Call, refusal: Refusal) -> bytes:
        """Written once for a refusal: encoders count what they write."""
        if self._written is None or self._written[0] is not refusal:
            link = gateway.officer_link(refusal, call.host)
            envelope = refusal.envelope(revision=call.snapshot.revision.number, link=link)
            rest = self._native.rest() if self._native is not None else b""
            self._written = refusal, rest + self._encoder.error(envelope, refusal.status)
        return self._written[1]

    def told_refusal(self, gateway: "Gateway", call: Call, refusal: Refusal) -> bytes | None:
        """See `ToldRefusal`."""
        told = self._told.copy()
        told.update(self.events(gateway, call, refusal).replace(self._ping, b""))
        return told.digest()


def _is_large(chunk: Chunk) -> bool:
    return chunk.raw is not None and len(chunk.raw) > LARGE_TEXT_BYTES
