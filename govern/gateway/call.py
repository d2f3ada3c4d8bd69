"""One call: everything that is known about it, from door to trail."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from audit.trail.identifiers import identifier_text, uuid7
from audit.trail.sightings import Sighting

if TYPE_CHECKING:
    from uuid import UUID

    from audit.payloads.storing import Payload
    from audit.trail.entries import Entry
    from govern.budgets.claims import Hold
    from govern.enforcement import Verdict
    from govern.gateway.cache.use import CacheUse
    from govern.gateway.callers.callers_headers import OwnHeaders
    from govern.gateway.callers.end_users import EndUser
    from govern.gateway.payloads import KeptPayload
    from govern.gateway.process.snapshot import Key, Snapshot
    from govern.gateway.refusals import Refusal
    from govern.policy.compilation import CompiledApplication
    from routing.calls import ChatRequest, Surface, Unscanned, Usage
    from routing.catalog import Deployment
    from routing.choose import Route
    from routing.credentials import Credential
    from routing.describe import Description
    from routing.money import Bound
    from routing.providers import Target
    from routing.wire.interface import DoorFormat
    from routing.wish import Wish


class Attempt:
    """One try at one deployment."""

    __slots__ = (
        "answered",
        "bound",
        "cost_nano_usd",
        "credential",
        "deployment",
        "error",
        "failure",
        "hold",
        "latency_us",
        "own_headers",
        "rate_limits",
        "reserved_nano_usd",
        "sent",
        "target",
        "usage",
    )

    def __init__(self, deployment: "Deployment", target: "Target", hold: "Hold | None", bound: "Bound") -> None:
        self.deployment = deployment
        self.target = target
        """The deployment's, told whether a budget or a rule limits what it may cost, so that the body which leaves must have a bound."""
        self.hold = hold
        self.bound = bound
        self.reserved_nano_usd = bound.nano_usd
        self.own_headers: OwnHeaders = ()
        """Headers of the caller's own for a provider of the door's kind."""
        self.answered = False
        """The provider began to answer."""
        self.latency_us = 0
        self.credential: Credential | None = None
        """The provider's credential that was used."""
        self.sent = False
        """The provider was asked, or was about to be."""
        self.error: str | None = None
        self.failure: dict[str, object] | None = None
        """What the provider said when it failed: status, code and a digest of its words."""
        self.rate_limits: list[tuple[str, str]] = []
        """Headers in which the provider says what is left of its limits."""
        self.usage: Usage | None = None
        self.cost_nano_usd = 0


class Asked(NamedTuple):
    """What was asked, described once and not changed any more."""

    model: str = ""
    """The model that was asked for."""
    body_bytes: int = 0
    prompt_digest: str = ""
    """Keyed, of the whole body."""
    summary: Mapping[str, object] = {}
    """As the record says it."""
    description: "Description | None" = None
    """None for a call that is refused before its request is read."""
    wish: "Wish | None" = None
    """What it asks of routing. None as above."""


NOTHING_ASKED = Asked()


class Timings:
    """Where the time of a call goes, in microseconds."""

    __slots__ = ("audit_us", "first_byte_us", "guards_us", "provider_us", "routing_us")

    def __init__(self) -> None:
        self.guards_us = 0
        self.routing_us = 0
        self.provider_us = 0
        self.audit_us = 0
        self.first_byte_us = 0
        """From the beginning of the call to the first piece of a streamed answer."""


class Evidence:
    """What guards said and what became of the call, for its record."""

    __slots__ = (
        "answer_digest",
        "answer_unscanned",
        "code",
        "dropped",
        "finish_reason",
        "input_verdict",
        "kept",
        "output_digest",
        "output_verdict",
        "payloads",
        "said",
        "sightings",
        "violation_id",
    )

    def __init__(self) -> None:
        self.input_verdict: Verdict | None = None
        self.output_verdict: Verdict | None = None
        self.answer_digest: bytes | None = None
        """SHA-256 of the answer as it is sent; None while it is not known, and where nothing is."""
        self.answer_unscanned: Sequence[Unscanned] = ()
        """What guards could not read of the answer."""
        self.dropped: Sequence[str] = ()
        """Parameters that the chosen model does not know, left out."""
        self.sightings: list[Sighting] = []
        """Of guards and budgets; an entry that is written takes them along."""
        self.violation_id: str | None = None
        self.said: Sequence[str] = ()
        """The texts of a whole answer as it is given back."""
        self.output_digest = ""
        self.finish_reason: str | None = None
        self.code: str | None = None
        """Why it was refused or did not end well."""
        self.kept: KeptPayload | None = None
        """What is kept of prompt and answer; None where no policy asks for it."""
        self.payloads: Sequence[Payload] = ()
        """What to store with the outcome of an answered call."""


class Call:
    """The state of a call on its way. Who calls is known when it begins, and `asked` once its request is read; `attempts`, `timings`
    and `evidence` grow. `request`, `surfaces`, `system_prompt` and `facts` are what fetched files and guards made of it so far.
    """

    __slots__ = (
        "application",
        "asked",
        "at_us",
        "attempts",
        "cache_control",
        "cached",
        "closed",
        "deadline",
        "door",
        "end_user",
        "ended_by",
        "evidence",
        "facts",
        "forbidden_as_invalid",
        "host",
        "id",
        "id_text",
        "instance",
        "intent",
        "intent_written",
        "key",
        "left_as",
        "native_kind",
        "outcome_id",
        "own_headers",
        "recorded",
        "request",
        "route",
        "sessions",
        "snapshot",
        "started_ns",
        "streamed",
        "surfaces",
        "system_prompt",
        "timings",
        "unscanned",
    )

    def __init__(
        self, snapshot: "Snapshot", key: "Key", application: "CompiledApplication", *, deadline: float
    ) -> None:
        self.id = uuid7()
        self.id_text = identifier_text(self.id)
        self.outcome_id = uuid7()
        """Of the event that will say how it ended."""
        self.at_us = time.time_ns() // 1_000
        self.started_ns = time.perf_counter_ns()
        self.snapshot = snapshot
        self.key = key
        self.application = application
        self.deadline = deadline
        """In seconds of `time.monotonic()`."""
        self.own_headers: OwnHeaders = ()
        """Headers of the caller's own for a provider of the door's kind."""
        self.cache_control = b""
        """What the caller asks of the cache, as the header says it."""
        self.cached: CacheUse | None = None
        """What the cache does for it; None where no rule lets it."""
        self.sessions: dict[str, str] = {}
        """Which session and agent of its client called, as the caller says."""
        self.door: DoorFormat | None = None
        """In whose words the caller is answered; None where nobody waits."""
        self.forbidden_as_invalid = False
        """The caller is told 400 for 403."""
        self.host = b""
        """By which the caller reached the gateway."""
        self.end_user: EndUser | None = None
        """Who is behind the call, if anything says so."""
        self.native_kind = ""
        """The kind of provider whose own bytes the caller's door passes on."""
        self.streamed = False
        self.asked = NOTHING_ASKED
        self.request: ChatRequest
        self.surfaces: list[Surface] = []
        self.unscanned: list[Unscanned] = []
        """What of the request guards cannot read."""
        self.system_prompt: str | None = None
        self.facts: dict[str, object] = {}
        self.route: Route | None = None
        self.attempts: list[Attempt] = []
        self.timings = Timings()
        self.evidence = Evidence()
        self.instance: int | None = None
        self.intent_written = False
        """The intent is durable, or on its way in `overlapped` mode: then `intent` is what to wait for."""
        self.intent: asyncio.Future[Entry] | None = None
        self.recorded = b""
        """What its intent and its outcome both say, once one of them was written (`records.py`)."""
        self.closed = False
        """The outcome is durable."""
        self.ended_by: Refusal | None = None
        """Why the gateway itself cancels it, where it is not its caller who leaves."""
        self.left_as = "client_disconnected"
        """The code of a call that its caller leaves."""

    @property
    def attempt(self) -> Attempt | None:
        """The attempt under way, or the last one."""
        return self.attempts[-1] if self.attempts else None

    @property
    def is_hit(self) -> bool:
        """It is answered from the cache: nothing is sent for it, and it costs nothing."""
        return self.cached is not None and self.cached.found is not None

    @property
    def cost_nano_usd(self) -> int:
        """What the call has cost so far."""
        attempts = self.attempts
        return attempts[0].cost_nano_usd if len(attempts) == 1 else sum([each.cost_nano_usd for each in attempts])

    def account_of(self, budget_id: "UUID") -> "UUID":
        """Which account of a budget pays whose limit is for each end user."""
        return self.end_user.account(budget_id) if self.end_user else budget_id

    def elapsed_us(self) -> int:
        """Microseconds since the call arrived."""
        return (time.perf_counter_ns() - self.started_ns) // 1_000

    def overhead_us(self) -> int:
        """Microseconds that were not the provider's."""
        return max(0, self.elapsed_us() - self.timings.provider_us)
