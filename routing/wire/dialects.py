"""What services that imitate OpenAI's chat completions do differently.

Options of the provider override the rest: `dialect` names an entry for hosts that are not listed; `max_tokens_field` is
`max_tokens` or `max_completion_tokens`; `drop` lists more parameters, separated by commas.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit


class Dialect(NamedTuple):
    """Differences to OpenAI's own service."""

    drop: frozenset[str] = frozenset()
    """Parameters that are not known and would be refused."""
    rename: Mapping[str, str] = {}
    developer_role: bool = False
    """Whether the `developer` role is known; otherwise it is sent as `system`."""
    stream_options: bool = True
    """Whether usage on streams must be asked for."""
    reasoning: bool = False
    """Whether thinking is asked for by an object `reasoning`, with an effort or a number of tokens."""
    message_fields: frozenset[str] = frozenset()
    """Fields of messages beyond OpenAI's that the service knows."""


OPENAI = Dialect(developer_role=True)
COMPATIBLE = Dialect(message_fields=frozenset(("reasoning_content", "extra_content", "cache_control")))

_ACCOUNT = (
    "store",
    "safety_identifier",
    "prompt_cache_key",
    "verbosity",
    "prediction",
    "web_search_options",
    "modalities",
    "audio",
)
_NOT_OPENAIS = ("thinking", "top_k")
"""Refused by services that take OpenAI's parameters alone."""
DIALECTS: Mapping[str, Dialect] = {
    "api.mistral.ai": Dialect(
        drop=frozenset((*_ACCOUNT, *_NOT_OPENAIS, "logprobs", "top_logprobs", "logit_bias", "user", "service_tier"))
        - {"prediction"},
        rename={"max_completion_tokens": "max_tokens", "seed": "random_seed"},
        stream_options=False,
    ),
    "api.deepseek.com": Dialect(
        drop=frozenset(
            (*_ACCOUNT, "n", "seed", "logit_bias", "metadata", "user", "service_tier", "parallel_tool_calls")
        ),
        rename={"max_completion_tokens": "max_tokens"},
        message_fields=frozenset(("reasoning_content",)),
    ),
    "api.groq.com": Dialect(
        drop=frozenset((*_ACCOUNT, *_NOT_OPENAIS, "logprobs", "top_logprobs", "logit_bias")),
        message_fields=frozenset(("reasoning",)),
    ),
    "api.x.ai": Dialect(
        drop=frozenset(
            (
                *_NOT_OPENAIS,
                "store",
                "safety_identifier",
                "prompt_cache_key",
                "verbosity",
                "prediction",
                "metadata",
                "modalities",
                "audio",
            )
        ),
        message_fields=frozenset(("reasoning_content",)),
    ),
    "generativelanguage.googleapis.com": Dialect(
        drop=frozenset(
            (*_ACCOUNT, *_NOT_OPENAIS, "seed", "logit_bias", "metadata", "user", "logprobs", "top_logprobs")
        ),
        message_fields=frozenset(("extra_content",)),
    ),
    "openrouter.ai": Dialect(
        developer_role=True,
        reasoning=True,
        message_fields=frozenset(("reasoning", "reasoning_content", "reasoning_details", "cache_control")),
    ),
}


@lru_cache(maxsize=1_024)
def _dialect_of_host(base_url: str) -> Dialect:
    return DIALECTS.get(urlsplit(base_url).hostname or "", COMPATIBLE)


def dialect_of(base_url: str, options: Mapping[str, str]) -> Dialect:
    """The dialect of a service that imitates OpenAI's."""
    if not options:
        return _dialect_of_host(base_url)
    dialect = DIALECTS.get(options["dialect"], COMPATIBLE) if "dialect" in options else _dialect_of_host(base_url)
    if drop := options.get("drop"):
        dialect = dialect._replace(drop=dialect.drop | {name.strip() for name in drop.split(",")})
    if (field := options.get("max_tokens_field")) in ("max_tokens", "max_completion_tokens"):
        other = "max_completion_tokens" if field == "max_tokens" else "max_tokens"
        kept = {old: new for old, new in dialect.rename.items() if old != field}
        dialect = dialect._replace(rename={**kept, other: field})
    return dialect
