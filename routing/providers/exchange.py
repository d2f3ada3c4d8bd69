"""The part that all providers share: sending, repeating, and turning what comes back into answers or errors."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec

from routing.calls import (
    ALIVE,
    ChatRequest,
    Chunk,
    Completion,
    Delta,
    EmbeddingsAnswer,
    EmbeddingsRequest,
    InvalidRequest,
    ToolCallDelta,
    Usage,
    later_usage,
)
from routing.calls.characters import may_hold_halves, with_whole_characters
from routing.calls.joining import joined
from routing.client import HttpClient, Reply, StreamedReply, with_retries
from routing.errors import ProviderError
from routing.parameters import not_taken, published_facts, without
from routing.providers.fitted_tools import fitted
from routing.providers.interface import Outgoing, Target
from routing.providers.named_back import NamingBack, named_back
from routing.providers.wrapped import refuse_wrapped
from routing.terms import Names, bounded
from routing.wire.events import EventReader
from routing.wire.functions import chunk_with_function_call, with_function_call
from routing.wire.halves import WholeCharacters
from routing.wire.interface import AnswerReader
from routing.wire.refusals import refusal_of_reply

Headers = list[tuple[str, str]]

ENDING_S = 5.0
"""How long to wait, once the answer is complete, for usage and the end of the stream."""


def whole_as_chunk(completion: Completion) -> Chunk:
    """A whole answer as the one chunk of a stream."""
    deltas = []
    for choice in completion.choices:
        message = choice.message
        calls = [
            ToolCallDelta(
                index=index,
                id=call.id,
                type=call.type,
                name=call.name,
                arguments=call.custom.input if call.custom else call.function.arguments if call.function else "",
                extra_content=call.extra_content,
            )
            for index, call in enumerate(message.tool_calls)
        ]
        deltas.append(
            Delta(
                index=choice.index,
                role="assistant",
                content=message.content,
                refusal=message.refusal,
                reasoning=message.reasoning,
                tool_calls=calls,
                thinking_blocks=message.thinking_blocks,
                images=message.images,
                audio=message.audio,
                annotations=message.annotations,
                native_blocks=message.native_blocks,
                extra=message.extra,
                finish_reason=choice.finish_reason,
                logprobs=choice.logprobs,
                stop_detail=choice.stop_detail,
            )
        )
    return Chunk(
        deltas=deltas,
        usage=completion.usage,
        model=completion.model,
        provider_id=completion.provider_id,
        extra=completion.extra,
    )


class HttpProvider:
    """A provider of one kind. Subclasses say how a request is written and an answer read; both are pure functions of
    bytes.
    """

    kind: str

    def path(self, target: Target, *, stream: bool) -> str:
        """Path and query after the base URL."""
        raise NotImplementedError

    def headers(self, target: Target) -> Headers:
        """Headers with the credential."""
        raise NotImplementedError

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        """The request in the provider's format, without what `unsupported` names; `request.tree` itself where nothing changes.

        Raises InvalidRequest.
        """
        raise NotImplementedError

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        """How this provider calls what it charges by."""
        raise NotImplementedError

    def outgoing(self, request: ChatRequest, target: Target, *, stream: bool) -> Outgoing:
        """See `Provider.outgoing`. The one way out: nothing is sent that `bounded` has not seen.

        Kept with the request, since both the hold and the sending ask.
        """
        key = (
            target.kind,
            target.provider,
            target.base_url,
            target.upstream_model,
            target.options,
            target.parameters,
            target.held,
            stream,
        )
        known: tuple[Any, Outgoing] | None = request.__dict__.get("outgoing")
        if known is not None and known[0] == key:
            return known[1]
        unknown, not_taken = self.unsupported(request, target), self.not_taken(request, target)
        fit = fitted(without(request, not_taken) if not_taken else request, target.kind, held=target.held)
        written = self.write(fit.request, target, stream=stream)
        names = self.money_names(fit.request, target)
        tree, terms = bounded(written, names, most_tokens=target.max_output_tokens, held=target.held)
        if fit.dropped:
            terms = terms._replace(dropped=(*terms.dropped, *fit.dropped))
        received = request.written_for(self.kind)
        body = received.changed(tree) if received is not None else msgspec.json.encode(tree)
        refuse_wrapped(body)
        if terms.dropped or not_taken:
            unknown = sorted({*unknown, *terms.dropped, *not_taken})
        leaving = Outgoing(body, terms, unknown)
        request.__dict__["outgoing"] = (key, leaving)
        return leaving

    def encode(self, request: ChatRequest, target: Target, *, stream: bool) -> bytes:
        """The bytes that leave. Raises InvalidRequest."""
        return self.outgoing(request, target, stream=stream).body

    def read_completion(self, body: bytes) -> Completion:
        """A whole answer. Raises ProviderError."""
        raise NotImplementedError

    def reader(self) -> AnswerReader:
        """A reader for one streamed answer."""
        raise NotImplementedError

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        """Parameters of the request that the provider cannot honour."""
        raise NotImplementedError

    def not_taken(self, request: ChatRequest, target: Target) -> list[str]:
        """Parameters that this model does not take. A body in the provider's own format is its caller's affair."""
        if request.native is not None and request.native.kind == self.kind:
            return []
        facts = target.parameters
        facts = published_facts(self.kind, target.upstream_model) if facts is None else facts
        return not_taken(request, facts, self.effort(request, target))

    def effort(self, request: ChatRequest, target: Target) -> str | None:
        """The reasoning effort that the model will be asked for."""
        return request.reasoning_effort

    async def complete(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> Completion:
        """See `Provider.complete`."""
        body = self.encode(request, target, stream=False)
        reply = await self.post(client, target, self.path(target, stream=False), body, deadline)
        completion = self._read(reply.body)
        fit = fitted(request, target.kind, held=target.held)
        if fit.names:
            completion = named_back(completion, fit.names)
        return with_function_call(completion) if fit.older else completion

    def _read(self, body: bytes) -> Completion:
        completion = self.read_completion(body)
        if completion.raw is not None and may_hold_halves(body):  # doors that pass it on read it again
            completion.raw = with_whole_characters(body)
        return completion

    async def stream(
        self, client: HttpClient, target: Target, request: ChatRequest, *, deadline: float
    ) -> AsyncGenerator[Sequence[Chunk], None]:
        """See `Provider.stream`."""
        body = self.encode(request, target, stream=True)
        path, headers = self.path(target, stream=True), self._headers(target)

        async def attempt() -> StreamedReply:
            reply = await client.open(
                "POST",
                target.base_url.rstrip("/"),
                path,
                headers=headers,
                body=body,
                limits=target.limits,
                allow_private=target.allow_private_address,
                deadline=deadline,
            )
            if target.heard is not None:
                target.heard(reply.headers)
            if reply.status != 200:
                async with reply:
                    raise refusal_of_reply(Reply(reply.status, reply.headers, await reply.read()))
            return reply

        opened = await with_retries(
            attempt, attempts=target.attempts, max_wait_ms=target.max_retry_wait_ms, deadline=deadline
        )
        fit = fitted(request, target.kind, held=target.held)
        names, older = fit.names, fit.older
        async with opened as reply:
            if "json" in (reply.headers.get("content-type") or ""):
                # No stream: an error under status 200, or a provider that does not stream.
                whole = whole_as_chunk(named_back(self._read(await reply.read()), names))
                yield [chunk_with_function_call(whole) if older else whole]
                return
            naming = NamingBack(names) if names else None
            async with contextlib.aclosing(self._read_stream(reply, answers=request.n or 1)) as arriving:
                async for chunks in arriving:
                    for chunk in chunks if naming is not None or older else ():
                        if naming is not None and chunk is not ALIVE:
                            naming.chunk(chunk)
                        if older and chunk is not ALIVE:
                            chunk_with_function_call(chunk)
                    yield chunks

    async def _read_stream(self, reply: StreamedReply, *, answers: int) -> AsyncGenerator[Sequence[Chunk], None]:
        """What each read brings. What came before an error is told first."""
        events, characters, answer = EventReader(), WholeCharacters(), self.reader()
        usage: Usage | None = None
        ending = over = False
        try:
            while not over:
                try:
                    piece = await reply.next()
                except ProviderError:
                    if not ending:
                        raise
                    piece = None  # all was said; a connection that is left open or breaks now takes nothing away
                over = piece is None
                read = characters.whole(events.end() if piece is None else events.feed(piece), over=over)
                told: list[Chunk] = []
                failed: ProviderError | None = None
                try:
                    answer.read_all(read, told)
                except ProviderError as error:
                    failed = error
                for chunk in told:
                    if chunk.usage is not None:
                        chunk.usage = usage = later_usage(usage, chunk.usage)
                if not told and events.heard_comment():
                    told.append(ALIVE)
                if told:
                    yield joined(told) if len(told) > 1 else told
                if failed is not None:
                    raise failed
                if answer.complete and answers == 1 and not ending:
                    ending = True
                    reply.expect_end(ENDING_S)
            if not answer.complete:
                raise ProviderError("The provider's stream ended before the answer did.", retryable=True)
        except ProviderError as error:
            if error.usage is None and usage is not None:
                error.usage = msgspec.structs.replace(usage, estimated=True)
            raise

    async def embed(
        self, client: HttpClient, target: Target, request: EmbeddingsRequest, *, deadline: float
    ) -> EmbeddingsAnswer:
        """See `Provider.embed`."""
        raise InvalidRequest("The provider of this model has no embeddings; choose an embedding model.", "model")

    async def probe(self, client: HttpClient, target: Target, *, deadline: float) -> None:
        """See `Provider.probe`: lists the models, which costs nothing and needs the credential."""
        reply = await client.send(
            "GET",
            target.base_url.rstrip("/"),
            self.probe_path(target),
            headers=self._headers(target),
            limits=target.limits,
            allow_private=target.allow_private_address,
            deadline=deadline,
        )
        if reply.status != 200:
            raise refusal_of_reply(reply)

    def probe_path(self, target: Target) -> str:
        """Path of the list of models."""
        return "/models"

    def _headers(self, target: Target) -> Headers:
        headers = self.headers(target)
        headers.append(("content-type", "application/json"))
        headers += target.headers.items()
        return headers

    async def post(self, client: HttpClient, target: Target, path: str, body: bytes, deadline: float) -> Reply:
        """A whole answer of status 200, after repeating what is safe to repeat. Raises ProviderError."""
        headers = self._headers(target)

        async def attempt() -> Reply:
            reply = await client.send(
                "POST",
                target.base_url.rstrip("/"),
                path,
                headers=headers,
                body=body,
                limits=target.limits,
                allow_private=target.allow_private_address,
                deadline=deadline,
            )
            if target.heard is not None:
                target.heard(reply.headers)
            if reply.status != 200:
                raise refusal_of_reply(reply)
            return reply

        return await with_retries(
            attempt, attempts=target.attempts, max_wait_ms=target.max_retry_wait_ms, deadline=deadline
        )
