"""Providers, credentials, models and deployments in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.typesetting import composed
from audit.presentation.values import setting_label, task_label
from govern.admin.sentences.contracts import contract
from govern.admin.sentences.sentence import Sentence, bit, compact, dollars, listing, plain, strong
from govern.policy.bodies import CredentialBody
from routing.bodies import CatalogModelBody, DeploymentBody, ParameterFacts, TokenPrices
from routing.provider_body import ProviderBody
from routing.providers import DESCRIBED

_CLASSES: dict[str, str | Promise] = {
    "cached_input": gettext_lazy("read from the cache"),
    "cache_write": gettext_lazy("written to the cache"),
    "reasoning": gettext_lazy("reasoning"),
    "image": gettext_lazy("images"),
    "audio": gettext_lazy("audio in"),
    "audio_output": gettext_lazy("audio out"),
}


def provider(body: ProviderBody) -> list[Sentence]:
    """Where a provider is, how it is spoken to, and how long it may take."""
    if body.base_url == "embedded":
        where = _("Runs inside this installation: nothing leaves it.")
    else:
        where = composed(_("Is asked at {url}."), url=bit(body.base_url))
    said = [
        Sentence(where, "home" if body.base_url == "embedded" else "cloud", "ok"),
        Sentence(composed(_("Speaks {protocol}."), protocol=strong(DESCRIBED[body.kind].speaks)), "lan"),
    ]
    if body.region:
        said.append(
            Sentence(composed(_("Processes data in the region {region}."), region=strong(body.region)), "location_on")
        )
    if body.data_classes:
        classes = listing((setting_label(each).lower() for each in body.data_classes), last=_("or"))
        said.append(
            Sentence(composed(_("Gets only data of the class {classes}."), classes=classes), "filter_alt", "ok")
        )
    if body.data_retention:
        said.append(
            Sentence(composed(_("Keeps data: {retention}."), retention=strong(body.data_retention)), "database")
        )
    limits = _("Gets %(connect)d s to connect, %(first)d s to its first byte and %(total)d s in all.") % {
        "connect": body.limits.connect_ms // 1_000,
        "first": (body.limits.first_byte_ms or body.limits.total_ms) // 1_000,
        "total": body.limits.total_ms // 1_000,
    }
    return [*said, Sentence(limits, "timer"), *(contract(body.contract) if body.contract else ())]


def credential(body: CredentialBody) -> list[Sentence]:
    """What a credential opens. The secret itself cannot be read back."""
    said = [
        Sentence(composed(_("Opens the provider {provider}."), provider=strong(body.provider)), "lock_open", "ok"),
        Sentence(_("The secret is sealed; it is never shown, here or anywhere else."), "lock"),
    ]
    if body.env:
        said.append(Sentence(composed(_("It came from the variable {name}."), name=bit(body.env)), "input"))
    return said


def model(body: CatalogModelBody) -> list[Sentence]:
    """What a model can do, and what it costs."""
    reads = composed(
        _("Reads up to {window} tokens of {modalities} and writes up to {output}."),
        window=strong(compact(body.context_window)),
        modalities=listing(body.modalities),
        output=strong(compact(body.max_output_tokens)),
    )
    tools = (_("Can call tools."),) if body.tools else (_("Cannot call tools."),)
    said = [Sentence(reads, "neurology", "info", tools), _price(body)]
    if body.parameters is not None:
        said.append(_parameters(body.parameters))
    if body.scores:
        scores = listing(f"{plain(name)} {score:g}%" for name, score in body.scores.items())
        source = (composed(_("Source: {source}"), source=body.score_source),) if body.score_source else ()
        said.append(Sentence(composed(_("Scores {scores}."), scores=scores), "leaderboard", "info", source))
    if body.good_at:
        said.append(
            Sentence(
                composed(_("Is good at {what}."), what=listing(task_label(w) for w in body.good_at)),
                "thumb_up",
                "ok",
            )
        )
    if body.base_latency_ms:
        said.append(Sentence(_("Usually begins to answer after %(ms)d ms.") % {"ms": body.base_latency_ms}, "timer"))
    if body.smaller_sibling:
        said.append(
            Sentence(composed(_("Its smaller sibling is {model}."), model=strong(body.smaller_sibling)), "unfold_less")
        )
    if body.deprecated_on or body.retired_on or body.successor:
        said.append(_end(body))
    if body.notes:
        said.append(Sentence(body.notes, "sticky_note_2"))
    return said


def _end(body: CatalogModelBody) -> Sentence:
    words = {"day": strong(body.retired_on or body.deprecated_on), "model": strong(body.successor or "")}
    if body.retired_on and body.successor_takes_over:
        text = composed(_("Is retired on {day}; from then on {model} answers in its place."), **words)
    elif body.retired_on:
        text = composed(_("Is retired on {day}; from then on calls that name it are refused."), **words)
    elif body.deprecated_on:
        text = composed(_("Is deprecated from {day} on."), **words)
    else:
        text = composed(_("Its successor is {model}."), **words)
    fine = []
    if body.retired_on and body.deprecated_on:
        fine.append(composed(_("Deprecated from {day} on."), day=body.deprecated_on))
    if body.successor and body.retired_on and not body.successor_takes_over:
        fine.append(composed(_("Its successor is {model}."), model=strong(body.successor)))
    return Sentence(text, "event_busy", "warn", tuple(fine))


def _parameters(facts: ParameterFacts) -> Sentence:
    never = facts.not_taken
    reasoning = [name for name in facts.not_taken_while_reasoning if name not in never]
    if not never and not reasoning:
        return Sentence(_("Takes every parameter that its provider knows."), "tune")
    known = [composed(_("Does not take {names}."), names=listing(bit(name) for name in never))] if never else []
    if reasoning:
        known.append(composed(_("Takes {names} only at the effort “none”."), names=listing(map(bit, reasoning))))
    return Sentence(known[0], "tune", "info", tuple(known[1:]))


def _price(body: CatalogModelBody) -> Sentence:
    prices = body.usd_per_1k
    if prices is None:
        return Sentence(_("Has no price: calls that a budget covers are refused."), "money_off", "bad")
    text = composed(
        _("Costs {input} for 1,000 tokens in and {output} for 1,000 out."),
        input=strong(dollars(prices.input)),
        output=strong(dollars(prices.output)),
    )
    fine: list[str] = [
        composed(_("{label}: {price}"), label=label, price=dollars(price)) for label, price in _other_prices(prices)
    ]
    if (long := body.long_context) is not None:
        said = _("With more than {tokens} tokens in: {input} for 1,000 in and {output} for 1,000 out.")
        words = {"tokens": compact(long.above_input_tokens)}
        words |= {"input": dollars(long.usd_per_1k.input), "output": dollars(long.usd_per_1k.output)}
        fine.append(composed(said, **words))
    if body.usd_per_1k_searches is not None:
        fine.append(composed(_("1,000 searches: {price}"), price=dollars(body.usd_per_1k_searches)))
    if body.price_source:
        fine.append(composed(_("Source: {source}"), source=body.price_source))
    return Sentence(text, "sell", "ok", tuple(fine))


def _other_prices(prices: TokenPrices) -> list[tuple[str | Promise, str]]:
    return [(label, price) for name, label in _CLASSES.items() if (price := getattr(prices, name)) is not None]


def deployment(body: DeploymentBody) -> list[Sentence]:
    """Which model a provider serves, under which name."""
    text = composed(
        _("{provider} serves {model} under the name {upstream}."),
        provider=strong(body.provider),
        model=strong(body.model),
        upstream=bit(body.upstream_model),
    )
    said = [
        Sentence(text, "hub", "ok"),
        Sentence(
            _("Takes %(weight)d parts of the calls where several deployments serve the model.")
            % {"weight": body.weight},
            "balance",
        ),
    ]
    if body.region:
        said.append(Sentence(composed(_("Runs in the region {region}."), region=strong(body.region)), "location_on"))
    if body.allow_private_address:
        said.append(Sentence(_("May be reached at a private address."), "lan", "warn"))
    return said
