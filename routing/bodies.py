"""Bodies of the governed objects that routing reads: catalogue models, deployments, routing policies, and the parts of providers.

Plain structs. `govern` versions and approves them; routing only ever sees decoded values. Unknown keys are refused, so that a
misspelt limit never silently does nothing. The body of a provider stands in `provider_body.py`.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$")]
Price = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$")]
"""US dollars as a decimal string: `"0.007"`. A float would not add up."""
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=1, le=3_600_000)]
Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
"""A day such as `2027-03-31`; empty: none is known."""
DataClass = Literal["public", "internal", "confidential", "restricted"]
Modality = Literal["text", "image", "audio", "document"]
Objective = Literal["quality", "cost", "latency", "balanced", "priority", "weighted", "value"]


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A body that refuses what it does not know."""


class ProviderLimits(Body, kw_only=True, frozen=True):
    """Time and size limits of one call to a provider. The caller's own deadline holds beside them; what is stated here it cannot lift."""

    connect_ms: Milliseconds = 3_000
    first_byte_ms: Milliseconds | None = None
    """None: as long as the call may take. A model that reasons says nothing for minutes, and a whole answer comes all at once."""
    idle_ms: Milliseconds | None = None
    """None: as long as the call may take."""
    total_ms: Milliseconds = 600_000
    max_response_bytes: Annotated[int, msgspec.Meta(ge=1_024, le=1 << 30)] = 64 << 20


class TokenPrices(Body, kw_only=True, frozen=True):
    """US dollars per 1,000 tokens of each class. A class left out costs what its parent class costs (`input` or `output`)."""

    input: Price
    output: Price
    cached_input: Price | None = None
    cache_write: Price | None = None
    reasoning: Price | None = None
    image: Price | None = None
    audio: Price | None = None
    audio_output: Price | None = None


class LongContext(Body, kw_only=True, frozen=True):
    """Other prices for all tokens of a call whose input is long, as Anthropic and Google have them beyond 200,000 tokens."""

    above_input_tokens: Annotated[int, msgspec.Meta(ge=1)]
    usd_per_1k: TokenPrices


ParameterName = Annotated[str, msgspec.Meta(pattern=r"^(?!(?:model|messages|stream)$)[a-z][a-z0-9_]{0,63}$")]


class ParameterFacts(Body, kw_only=True, frozen=True):
    """Parameters that a model does not take, by their names in chat completions. They are left out, or the call is refused, as the
    routing rule says."""

    not_taken: tuple[ParameterName, ...] = ()
    not_taken_while_reasoning: tuple[ParameterName, ...] = ()
    """Taken only where the effort is `none`."""
    effort: str = ""
    """The effort where a call names none; `none` for a model that does not reason unasked."""


class CatalogModelBody(Body, kw_only=True, frozen=True):
    """A model as policies name it, wherever it is deployed."""

    ADDED_LATER: ClassVar = ("deprecated_on", "retired_on", "successor", "successor_takes_over")

    name: Name
    family: str = ""
    context_window: Annotated[int, msgspec.Meta(ge=1)] = 128_000
    max_output_tokens: Annotated[int, msgspec.Meta(ge=1)] = 4_096
    modalities: tuple[Modality, ...] = ("text",)
    tools: bool = True
    parameters: ParameterFacts | None = None
    """None: as published of the model (`routing.parameters`)."""
    usd_per_1k: TokenPrices | None = None
    """None: unpriced. A call covered by a budget is refused for such a model, since its cost has no bound."""
    long_context: LongContext | None = None
    usd_per_1k_searches: Price | None = None
    """US dollars for 1,000 searches that the provider runs for the model; None: they cost nothing beside their tokens."""
    price_source: str = ""
    base_latency_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    scores: dict[str, float] = {}
    """Published benchmark results in percent, by benchmark."""
    score_source: str = ""
    good_at: tuple[str, ...] = ()
    smaller_sibling: str | None = None
    notes: str = ""
    deprecated_on: Day = ""
    """From when on its provider advises against it."""
    retired_on: Day = ""
    """From when on (00:00 UTC) nothing is sent to it any more."""
    successor: Name | None = None
    successor_takes_over: bool = False
    """Once it is retired, its successor answers in its place; otherwise it is passed over, or the call that names it refused."""


class DeploymentBody(Body, kw_only=True, frozen=True):
    """A catalogue model at a provider."""

    model: Name
    provider: Name
    upstream_model: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    weight: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 1
    region: str = ""
    """Overrides the provider's region."""
    allow_private_address: bool = False
    name: Name | None = None
    """`model@provider` unless said otherwise."""


class Constraints(Body, kw_only=True, frozen=True):
    """What whoever answers under a rule must satisfy: candidates, fallbacks and the canary.

    `max_cost_usd` is the most that a call may come to. What could cost more, by the body that would leave and its limit of tokens, is
    not asked; what has no price or no bound could.
    """

    max_latency_ms: Milliseconds | None = None
    min_quality: Share | None = None
    max_cost_usd: Price | None = None
    regions: tuple[str, ...] = ()


class Canary(Body, kw_only=True, frozen=True):
    """A share of the traffic that goes to another model first."""

    model: Name
    percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    sticky: Literal["application", "user", "conversation", "request"] = "application"


class CacheRule(Body, kw_only=True, frozen=True):
    """That the answer to a call may be given again to the same request.

    Never of a call in which a guard found something. `tools`, `personal_data`: also of calls with tools, or with values of personal data.
    """

    ttl_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 3_600
    """At most a day, so that no retention rule is shorter."""
    most_answers: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 10_000
    """Of those who share them; the oldest go first."""
    share: Literal["key", "application", "team"] = "application"
    tools: bool = False
    personal_data: bool = False


class ContextRule(Body, kw_only=True, frozen=True):
    """How a long conversation is cut before it is sent."""

    max_input_tokens: Annotated[int, msgspec.Meta(ge=1)]
    trim: Literal["off", "oldest", "middle"] = "off"


NOT_YET: dict[str, frozenset[str]] = {"RoutingRule": frozenset({"context"})}
"""Struct → fields that are written down for later and that nothing reads yet: no change and no bootstrap file may set them."""


class RoutingRule(Body, kw_only=True, frozen=True):
    """One row of a routing policy. The first whose condition holds decides."""

    ADDED_LATER: ClassVar = ("worth_usd", "latency_budget_ms", "small_when")

    name: Name
    when: str = "true"
    objective: Objective = "priority"
    candidates: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    weights: dict[str, Annotated[float, msgspec.Meta(ge=0)]] = {}
    constraints: Constraints = Constraints()
    fallbacks: tuple[Name, ...] = ()
    canary: Canary | None = None
    cache: CacheRule | None = None
    context: ContextRule | None = None
    unsupported: Literal["drop", "refuse"] = "drop"
    """What happens to parameters that the chosen model does not know."""
    worth_usd: Price | None = None
    """What a good answer is worth, for the objective `value`: the expected quality times this, less the expected cost."""
    latency_budget_ms: Milliseconds | None = None
    """How long the caller can wait for an answer to begin: how many are asked follows from it (`routing.latency_budget`)."""
    small_when: str = ""
    """A condition. Where it holds, the small siblings of the candidates are asked before them."""


class RoutingPolicyBody(Body, kw_only=True, frozen=True):
    """Rules for the calls that `when` selects."""

    name: Name
    when: str = "true"
    rules: Annotated[tuple[RoutingRule, ...], msgspec.Meta(min_length=1)]
