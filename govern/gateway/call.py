"""One call: everything that is known about it, from door to trail."""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from audit.trail.identifiers import identifier_text, uuid7
from audit.trail.sightings import Sighting

if TYPE_CHECKING:
    from uuid import UUID

    from audit.payloads.storing import Payload
    from audit.trail.entries import Entry
    from govern.budgets.claims import Hold
    from govern.enforcement import Verdict
    from govern.gateway.callers.callers_headers import Asked
    from govern.gateway.callers.end_users import EndUser
    from govern.gateway.payloads import KeptPayload
    from govern.gateway.process.snapshot import Key, Snapshot
    from govern.gateway.refusals import Refusal
    from govern.policy.compilation import CompiledApplication
    from routing.calls import ChatRequest, Surface, Unscanned, Usage
    from routing.catalog import Deployment
    from routing.choose import Route, Wish
    from routing.credentials import Credential
    from routing.describe import Description
    from routing.money import Bound


class Attempt:
    """One try at one deployment."""

    __slots__ = (
        "answered",
        "asked",
        "bound",
        "bounded",
        "cost_nano_usd",
        "credential",
        "deployment",
        "error",
        "failure",
        "hold",
        "latency_us",
        "rate_limits",
        "reserved_nano_usd",
        "sent",
        "usage",
    )

    def __init__(self, deployment: "Deployment", hold: "Hold | None", bound: "Bound") -> None:
        self.deployment = deployment
        self.hold = hold
        self.bound = bound
        self.bounded = False
        """A budget or a rule limits what it may cost, so the body that leaves must have a bound."""
        self.reserved_nano_usd = bound.nano_usd
        self.asked: Asked = ()
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


class Call:
    """The state of a call while it passes the pipeline. Steps fill it in; nothing is ever taken back."""

    __slots__ = (
        "answer_unscanned",
        "application",
        "asked",
        "at_us",
        "attempts",
        "audit_us",
        "body_bytes",
        "closed",
        "code",
        "deadline",
        "description",
        "dropped",
        "end_user",
        "ended_by",
        "facts",
        "finish_reason",
        "first_byte_us",
        "guards_us",
        "host",
        "id",
        "id_text",
        "input_verdict",
        "instance",
        "intent",
        "intent_written",
        "kept",
        "key",
        "left_as",
        "model",
        "native_kind",
        "output_digest",
        "output_verdict",
        "payloads",
        "prompt_digest",
        "provider_us",
        "request",
        "route",
        "routing_us",
        "sessions",
        "sightings",
        "snapshot",
        "started_ns",
        "streamed",
        "summary",
        "surfaces",
        "system_prompt",
        "unscanned",
        "violation_id",
        "wish",
    )

    def __init__(
        self, snapshot: "Snapshot", key: "Key", application: "CompiledApplication", *, deadline: float
    ) -> None:
        self.id = uuid7()
        self.id_text = identifier_text(self.id)
        self.at_us = time.time_ns() // 1_000
        self.started_ns = time.perf_counter_ns()
        self.snapshot = snapshot
        self.key = key
        self.application = application
        self.deadline = deadline
        """In seconds of `time.monotonic()`."""
        self.request: ChatRequest
        self.model = ""
        """The model that was asked for."""
        self.summary: dict[str, object] = {}
        """What was asked, as the record says it."""
        self.wish: Wish
        self.surfaces: list[Surface] = []
        self.unscanned: list[Unscanned] = []
        """What of the request guards cannot read."""
        self.system_prompt: str | None = None
        self.body_bytes = 0
        self.prompt_digest = ""
        self.output_digest = ""
        self.description: Description | None = None
        self.facts: dict[str, object] = {}
        self.input_verdict: Verdict | None = None
        self.output_verdict: Verdict | None = None
        self.answer_unscanned: Sequence[Unscanned] = ()
        """What guards could not read of the answer."""
        self.asked: Asked = ()
        """Headers of the caller's own for a provider of the door's kind."""
        self.sessions: dict[str, str] = {}
        """Which session and agent of its client called, as the caller says."""
        self.host = b""
        """By which the caller reached the gateway."""
        self.end_user: EndUser | None = None
        """Who is behind the call, if anything says so."""
        self.native_kind = ""
        """The kind of provider whose own bytes the caller's door passes on."""
        self.route: Route | None = None
        self.attempts: list[Attempt] = []
        self.dropped: list[str] = []
        """Parameters that the chosen model does not know, left out."""
        self.sightings: list[Sighting] = []
        self.payloads: Sequence[Payload] = ()
        """What to store with the outcome of an answered call."""
        self.kept: KeptPayload | None = None
        """What is kept of prompt and answer; None where no policy asks for it."""
        self.violation_id: str | None = None
        self.instance: int | None = None
        self.intent_written = False
        """The intent is durable, or on its way in `overlapped` mode: then `intent` is what to wait for."""
        self.intent: asyncio.Future[Entry] | None = None
        self.closed = False
        """The outcome is durable."""
        self.ended_by: Refusal | None = None
        """Why the gateway itself cancels it, where it is not its caller who leaves."""
        self.left_as = "client_disconnected"
        """The code of a call that its caller leaves."""
        self.streamed = False
        self.finish_reason: str | None = None
        self.code: str | None = None
        self.guards_us = 0
        self.routing_us = 0
        self.provider_us = 0
        self.audit_us = 0
        self.first_byte_us = 0

    @property
    def attempt(self) -> Attempt | None:
        """The attempt under way, or the last one."""
        return self.attempts[-1] if self.attempts else None

    @property
    def cost_nano_usd(self) -> int:
        """What the call has cost so far."""
        return sum(attempt.cost_nano_usd for attempt in self.attempts)

    def account_of(self, budget_id: "UUID") -> "UUID":
        """Which account of a budget pays whose limit is for each end user."""
        return self.end_user.account(budget_id) if self.end_user else budget_id

    def elapsed_us(self) -> int:
        """Microseconds since the call arrived."""
        return (time.perf_counter_ns() - self.started_ns) // 1_000

    def overhead_us(self) -> int:
        """Microseconds that were not the provider's."""
        return max(0, self.elapsed_us() - self.provider_us)
