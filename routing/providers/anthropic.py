"""Anthropic's Messages API."""

from collections.abc import Mapping
from typing import Any

from routing.calls import ChatRequest, Completion, InvalidRequest
from routing.money_names import plain_name
from routing.providers.described import Described, gettext_noop
from routing.providers.exchange import Headers, HttpProvider
from routing.providers.interface import Target
from routing.providers.own_tools import anthropic_uses
from routing.terms import Names
from routing.wire.interface import AnswerReader
from routing.wire.messages.read_answers import read_completion
from routing.wire.messages.read_stream import MessageStreamReader
from routing.wire.messages.reasoning import reworded_reasoning
from routing.wire.messages.write_requests import unsupported_parameters, write_messages

VERSION = "2023-06-01"
_BODY_BETAS = frozenset(("betas", "beta", "anthropicbeta", "anthropicbetas"))
_NAMES = Names("max_tokens", anthropic_uses, always=True)


def _betas(options: Mapping[str, str], asked: str) -> str:
    """The caller's betas as they came, and the provider's own that are not among them. Raises InvalidRequest for a forbidden one."""
    wanted = _listed(asked)
    _refuse_forbidden(options, wanted, "anthropic-beta")
    own = [beta for beta in _listed(options.get("beta", "")) if beta not in wanted]
    return ",".join([asked, *own] if asked else own)


def _refuse_forbidden(options: Mapping[str, str], wanted: list[str], where: str) -> None:
    for forbidden in _listed(options.get("forbidden_beta", "")):
        for beta in wanted:
            if _is_forbidden(beta.lower(), forbidden.lower()):
                raise InvalidRequest(f"The beta `{beta}` is not allowed here; leave it out.", where)


def _in_body(value: Any) -> list[str]:
    """Betas as some servers of this format take them in the body."""
    values = value if type(value) is list else [value]
    return [beta for item in values if type(item) is str for beta in _listed(item)]


def _listed(betas: str) -> list[str]:
    return [beta.strip() for beta in betas.split(",") if beta.strip()]


def _is_forbidden(beta: str, forbidden: str) -> bool:
    return beta.startswith(forbidden[:-1]) if forbidden.endswith("*") else beta == forbidden


class AnthropicProvider(HttpProvider):
    """Base URL with or without `/v1`.

    Options: `beta` holds values of `anthropic-beta` that are sent beside the caller's own; `forbidden_beta` those that are refused,
    with commas between, a `*` at the end for all that begin so; `version` stands for the caller's `anthropic-version`.
    """

    kind = "anthropic"

    def path(self, target: Target, *, stream: bool) -> str:
        return "/messages" if target.base_url.rstrip("/").endswith("/v1") else "/v1/messages"

    def probe_path(self, target: Target) -> str:
        return "/models" if target.base_url.rstrip("/").endswith("/v1") else "/v1/models"

    def headers(self, target: Target) -> Headers:
        asked = dict(target.asked)
        version = asked.pop("anthropic-version", VERSION)
        headers = [("anthropic-version", target.options.get("version", version))]
        if target.secret:
            headers.append(("x-api-key", target.secret))
        if beta := _betas(target.options, asked.pop("anthropic-beta", "")):
            headers.append(("anthropic-beta", beta))
        headers += asked.items()
        return headers

    def unsupported(self, request: ChatRequest, target: Target) -> list[str]:
        if request.native is not None and request.native.kind == self.kind:
            return ["metadata"] if request.metadata else []  # what else than the user's id was said for policy
        most = min(request.max_output_tokens or target.max_output_tokens, target.max_output_tokens)
        reworded = reworded_reasoning(request, target.upstream_model, most)
        return sorted([*unsupported_parameters(request), *reworded]) if reworded else unsupported_parameters(request)

    def write(self, request: ChatRequest, target: Target, *, stream: bool) -> dict[str, Any]:
        body = write_messages(request, target.upstream_model, max_output_tokens=target.max_output_tokens, stream=stream)
        if "forbidden_beta" in target.options:
            for name in body:
                if plain_name(name) in _BODY_BETAS:
                    _refuse_forbidden(target.options, _in_body(body[name]), name)
        return body

    def money_names(self, request: ChatRequest, target: Target) -> Names:
        return _NAMES

    def read_completion(self, body: bytes) -> Completion:
        return read_completion(body)

    def reader(self) -> AnswerReader:
        return MessageStreamReader()


PROVIDER = Described(
    kind="anthropic",
    provider=AnthropicProvider(),
    label=gettext_noop("Anthropic, messages"),
    speaks="Anthropic Messages",
    place=3,
)
