"""What is kept of a call's prompt and answer, as its policies ask: nothing, texts with every value masked, or everything.

Stored sealed, in the transaction of the call's outcome, whether the call was answered or refused. The prompt is masked and sealed in a
thread while the provider works; only the answer's part is done between the provider's last byte and the outcome.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

import msgspec

from audit.payloads.content import Content, StoredText, pack
from audit.payloads.sealing import PayloadSealer
from audit.payloads.storing import ANSWER, PROMPT, Payload, binding
from govern.gateway.masking import masking
from govern.policy.compilation import CompiledApplication
from govern.policy.end_user_facts import PERSONAL
from routing.calls import Chunk, Completion, GatheredAnswer, Surface, output_surfaces

T = TypeVar("T")
LARGE_CHARACTERS = 32 * 1024
"""Above this an answer is masked and sealed in a thread, so that other calls need not wait."""
FAILED = "failed"
"""The level on the record of a call whose texts should have been kept and could not be."""
_log = logging.getLogger("govern.gateway")


class ReadCall(Protocol):
    """What is read of a call."""

    @property
    def id(self) -> bytes: ...
    @property
    def application(self) -> CompiledApplication: ...
    @property
    def surfaces(self) -> Sequence[Surface]: ...
    @property
    def facts(self) -> Mapping[str, object]: ...


class CannotMask(Exception):
    """A text could not be searched for what must not be kept."""


def masked(surfaces: Iterable[Surface]) -> tuple[StoredText, ...]:
    """Texts with a placeholder for every value of personal data and every secret. Raises `CannotMask`."""
    surfaces = list(surfaces)
    verdict = masking().inspect_input(surfaces, {})
    if any(run.unscanned_reason for run in verdict.runs):
        raise CannotMask
    new = verdict.replacements
    return tuple(StoredText(role, place, new.get(place, text)) for role, place, text in surfaces)


def _masked_metadata(metadata: dict[str, str]) -> dict[str, str]:
    surfaces = [Surface("parameter", name, value) for name, value in metadata.items()]
    return {kept.location: kept.text for kept in masked(surfaces)}


class KeptPayload:
    """The payloads of one call, from its prompt to its outcome."""

    def __init__(self, sealer: PayloadSealer, call: ReadCall, body: bytes) -> None:
        self.level = call.application.enforcement.payload
        self._sealer = sealer
        self._call = call
        self._body = body
        self._prompt: asyncio.Future[Payload] | None = None
        self._gathered = GatheredAnswer()
        self._answer: Completion | None = None
        self._sealed: asyncio.Future[list[Payload]] | None = None

    def begin(self) -> None:
        """Seals the prompt aside, to be ready when the answer is."""
        if self._prompt is None:
            self._prompt = asyncio.get_running_loop().run_in_executor(None, self._seal_prompt)

    def answered(self, completion: Completion) -> None:
        """What the model said, before any guard saw it. A second answer stands for the first."""
        self._answer = completion

    def hear(self, chunk: Chunk) -> None:
        """A piece of what the model says, before any guard saw it."""
        self._gathered.add(chunk)

    async def sealed(self) -> list[Payload]:
        """What to store with the outcome. Where it cannot be made, the outcome says so and nothing is stored."""
        if self._sealed is None:
            self._sealed = asyncio.ensure_future(self._seal())
        return await asyncio.shield(self._sealed)

    async def _seal(self) -> list[Payload]:
        try:
            payloads = [await (self._prompt or _aside(self._seal_prompt, len(self._body)))]
            answer = self._answer or self._gathered.completion()
            if answer.choices:
                surfaces = output_surfaces(answer)
                payloads.append(await _aside(partial(self._seal_answer, answer, surfaces), _characters(surfaces)))
            return payloads
        except Exception as error:
            # Its words may quote the text: only its kind is logged.
            _log.error("What a call said could not be kept: %s", type(error).__name__)
            self.level = FAILED
            return []

    def _seal_prompt(self) -> Payload:
        call, full = self._call, self.level == "full"
        facts = dict(call.facts)
        if call.application.end_users.record == "digest":
            facts = {name: value for name, value in facts.items() if name not in PERSONAL}
        if not full:
            facts["metadata"] = _masked_metadata(facts["metadata"])  # type: ignore[arg-type]
        texts = _whole(call.surfaces) if full else masked(call.surfaces)
        return self._payload(PROMPT, Content(self.level, texts, facts, self._body if full else b""))

    def _seal_answer(self, answer: Completion, surfaces: list[Surface]) -> Payload:
        if self.level != "full":
            return self._payload(ANSWER, Content(self.level, masked(surfaces)))
        whole = msgspec.json.encode(msgspec.structs.replace(answer, raw=None))
        return self._payload(ANSWER, Content(self.level, _whole(surfaces), whole=whole))

    def _payload(self, purpose: str, content: Content) -> Payload:
        call_id, application = self._call.id, self._call.application.name
        sealed = self._sealer.seal(pack(content), bound_to=binding(call_id, purpose, application))
        return Payload(call_id, purpose, application, self._call.application.keep_days, sealed)


def _whole(surfaces: Iterable[Surface]) -> tuple[StoredText, ...]:
    return tuple(StoredText(*surface) for surface in surfaces)


def _characters(surfaces: Iterable[Surface]) -> int:
    return sum(len(surface.text) for surface in surfaces)


async def _aside(work: Callable[[], T], characters: int) -> T:
    """Does work in a thread if there is much of it."""
    return await asyncio.to_thread(work) if characters > LARGE_CHARACTERS else work()
