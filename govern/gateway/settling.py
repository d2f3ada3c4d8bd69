"""What an attempt cost: as the provider counted it, and where it did not or cannot have, by what was held or seen.

Silence is never free. A count that cannot be read, or zero for an answer that says something, costs what was held; where nothing was,
an estimate that says it is one. An answer that was left in the middle costs what was seen of it: the input as reported, else at most what
it can be; each byte of the answer as a token, since no tokenizer makes more tokens than bytes. Reasoning that a model does not show, and
tools that a provider runs, cannot be seen: then it costs what was held.
"""

import time

import msgspec

from audit.trail.sightings import Sighting
from govern.budgets.claims import Settlement
from govern.gateway.call import Attempt, Call
from routing.calls import AnswerMessage, Chunk, Completion, Delta, Usage, later_usage, only_text
from routing.money import CALL_TOKENS, cost_nano_usd, cost_of_left_nano_usd
from routing.providers import PROVIDERS, ProviderError
from routing.wire.hidden_reasoning import hides_reasoning

MOST_NANO_USD = 10**16
"""Ten million dollars for one call was not counted but made up; and an account must be able to hold it."""
BYTES_PER_TOKEN = 4
"""Of an estimate where nothing was held: what English has; a bound is made otherwise."""
_OTHERS = ("images", "audio", "native_blocks", "thinking_blocks")


class Heard:
    """What has come of a streamed answer."""

    __slots__ = ("calls", "other_bytes", "said_bytes", "thought", "usage")

    def __init__(self) -> None:
        self.said_bytes = 0
        """Of texts, reasoning and arguments."""
        self.other_bytes = 0
        """Of media, and of blocks of a provider's own, which some count as nothing."""
        self.calls = 0
        """Tool calls that have begun."""
        self.thought = False
        self.usage: Usage | None = None
        """As the provider counted so far."""

    @property
    def bytes(self) -> int:
        """Of everything."""
        return self.said_bytes + self.other_bytes

    def add(self, chunk: Chunk) -> None:
        """The next piece, before anything is taken out of it."""
        if chunk.usage is not None:
            self.usage = later_usage(self.usage, chunk.usage)
        for delta in chunk.deltas:
            if (said := only_text(delta)) is not None:
                self.said_bytes += _bytes(said)
                continue
            self.said_bytes += _said_bytes(delta)
            self.other_bytes += _other_bytes(delta)
            self.thought = self.thought or bool(delta.reasoning or delta.thinking_blocks)
            for call in delta.tool_calls:
                self.calls += call.id is not None
                self.said_bytes += _bytes(call.arguments) + _bytes(call.name)


def settlement_of(call: Call, attempt: Attempt | None) -> Settlement | None:
    """The end of an attempt's hold. A cost beyond it, which only a provider's own report can be, opens a case."""
    if attempt is None or attempt.hold is None:
        return None
    settlement = Settlement(attempt.hold, attempt.cost_nano_usd)
    if settlement.is_beyond:
        call.evidence.sightings.append(
            Sighting(
                application=call.application.name,
                team=call.application.team,
                guard="budget",
                rule="cost_beyond_bound",
                severity="critical",
                at_us=time.time_ns() // 1_000,
                call_id=call.id,
                revision=call.snapshot.revision.number,
            )
        )
    return settlement


def answer_bytes(completion: Completion) -> int:
    """How much a whole answer says: its texts, reasoning and calls."""
    return sum([len(choice.message.tool_calls) + _said_bytes(choice.message) for choice in completion.choices])


def _said_bytes(piece: AnswerMessage | Delta) -> int:
    return _bytes(piece.content) + _bytes(piece.refusal) + _bytes(piece.reasoning)


def _other_bytes(piece: Delta) -> int:
    return sum(len(msgspec.json.encode(value)) for field in _OTHERS if (value := getattr(piece, field)))


def _bytes(text: str | None) -> int:
    if not text:
        return 0
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def settle_answered(call: Call, attempt: Attempt, usage: Usage | None, *, said_bytes: int) -> None:
    """An attempt whose answer came to its end."""
    if usage is None or usage.estimated or not usage.input_tokens or (said_bytes and not usage.output_tokens):
        usage = _estimated(call, usage, said_bytes)
    attempt.usage = usage
    prices = call.snapshot.revision.catalog[attempt.deployment.model].prices
    if prices is None:
        attempt.cost_nano_usd = 0
    elif usage.estimated and attempt.hold is not None:
        attempt.cost_nano_usd = attempt.reserved_nano_usd
    else:
        attempt.cost_nano_usd = cost_nano_usd(usage, prices)
        if attempt.cost_nano_usd > MOST_NANO_USD:
            attempt.usage = msgspec.structs.replace(usage, estimated=True)
            attempt.cost_nano_usd = attempt.reserved_nano_usd


def _estimated(call: Call, usage: Usage | None, said_bytes: int) -> Usage:
    known = usage or Usage()
    read = call.asked.description.input_tokens if call.asked.description is not None else 0
    return msgspec.structs.replace(
        known,
        input_tokens=max(known.input_tokens, read),
        output_tokens=max(known.output_tokens, -(-said_bytes // BYTES_PER_TOKEN)),
        estimated=True,
    )


def settle_failed(call: Call, attempt: Attempt, error: ProviderError) -> None:
    """An attempt that failed before its answer began: what the provider said it cost; nothing if it refused or was never reached; else
    all that was held.
    """
    if error.usage is not None:
        settle_answered(call, attempt, error.usage, said_bytes=0)
    elif error.sent and error.status is None:
        attempt.cost_nano_usd = attempt.reserved_nano_usd


def settle_left(call: Call, attempt: Attempt, heard: Heard, *, why: str) -> None:
    """An attempt whose answer ended before its end, whoever ended it: never more than was held, unless the provider counted more.

    An attempt that is settled already keeps its cost.
    """
    if attempt.error is None:
        attempt.error = why
    if attempt.usage is not None:
        return
    known = heard.usage or Usage()
    seen = known.reasoning_tokens + heard.said_bytes + heard.other_bytes + CALL_TOKENS * heard.calls
    written = max(known.output_tokens, seen)
    read = known.input_tokens
    usage = msgspec.structs.replace(
        known, input_tokens=read or attempt.bound.input_tokens, output_tokens=written, estimated=True
    )
    attempt.usage = usage
    prices = call.snapshot.revision.catalog[attempt.deployment.model].prices
    if prices is None:
        attempt.cost_nano_usd = 0
    elif _is_partly_unseen(call, attempt, heard):
        attempt.cost_nano_usd = max(cost_nano_usd(known, prices), attempt.reserved_nano_usd)
    else:
        cost = cost_of_left_nano_usd(usage, prices, input_nano_usd=None if read else attempt.bound.input_nano_usd)
        attempt.cost_nano_usd = max(cost_nano_usd(known, prices), min(cost, attempt.reserved_nano_usd))


def _is_partly_unseen(call: Call, attempt: Attempt, heard: Heard) -> bool:
    """Whether the provider may bill what was not seen: tools of its own, or reasoning that it neither shows nor has counted."""
    target = attempt.target
    terms = PROVIDERS[target.kind].outgoing(call.request, target, stream=True).terms
    if terms.uses or terms.unbounded is not None:
        return True
    if heard.usage is not None and heard.usage.reasoning_tokens:
        return False
    return hides_reasoning(call.request, target.kind, target.upstream_model, thought=heard.thought)
