"""Which parameters a model does not take, though its provider's format has words for them.

The catalogue says it of a model (`parameters`); where it says nothing, what providers publish of their models holds. A model that is
not in that table is taken to know everything: its provider will say so in its own words where it does not.

Sources (read in November 2026): OpenAI, "Using GPT-5.2: parameter compatibility", "Reasoning models: limitations" and "Using GPT-5.5";
Anthropic, "Migrating to Claude Opus 4.7: sampling parameters".
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from routing.bodies import ParameterFacts
from routing.calls import ChatRequest

_PENALTIES = ("presence_penalty", "frequency_penalty", "logit_bias")
_SAMPLING = ("temperature", "top_p", "logprobs", "top_logprobs")
_NEVER = ParameterFacts(not_taken=(*_SAMPLING, *_PENALTIES, "stop"))
_WITHOUT_REASONING = ParameterFacts(not_taken=(*_PENALTIES, "stop"), not_taken_while_reasoning=_SAMPLING)
_REASONS_WHEN_ASKED = ParameterFacts(
    not_taken=(*_PENALTIES, "stop"), not_taken_while_reasoning=_SAMPLING, effort="none"
)
_SEARCHES = ParameterFacts(not_taken=("temperature", "top_p", *_PENALTIES, "seed", "n"))
_NO_SAMPLING = ParameterFacts(not_taken=("temperature", "top_p", "top_k"))
_TAKES_ALL = ParameterFacts()

_DATE = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8})\Z", re.ASCII)
_OPENAI = (
    (re.compile(r"\Ao[134](?:-mini|-pro|-preview)?(?:-deep-research)?\Z|\Acodex-mini-latest\Z"), _NEVER),
    (re.compile(r"\Agpt-5(?:-mini|-nano|-pro|-codex)?\Z"), _NEVER),
    (re.compile(r"\Agpt-5\.[1-4](?:-mini|-nano)?\Z"), _REASONS_WHEN_ASKED),
    # 5.5 and later, and the chat, codex and pro models, reason unasked
    (re.compile(r"\Agpt-5\.[0-9]+(?:-[a-z]+)*\Z"), _WITHOUT_REASONING),
    (re.compile(r"\Agpt-6(?:\.[0-9]+)?(?:-[a-z]+)*\Z"), _NEVER),
    (re.compile(r"\Agpt-4o(?:-mini)?-search-preview\Z|\Agpt-5-search-api\Z"), _SEARCHES),
)
_ANTHROPIC = ((re.compile(r"\Aclaude-opus-(?:4[-.][7-9]|[5-9])\Z"), _NO_SAMPLING),)
_TABLES = {"openai": _OPENAI, "openai_responses": _OPENAI, "anthropic": _ANTHROPIC}
"""Kind of provider → the names that it has for models, without a date, and what is published of them; the first that fits holds. Who
imitates OpenAI may serve anything under any name."""

_CLOUDS = re.compile(r"\A(?:[a-z]{2,6}\.)?anthropic\.|-v\d+(?::\d+)?\Z|@\w+\Z")
"""What clouds add to a name."""
_DEFAULTS: dict[str, object] = {
    "temperature": 1,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logprobs": False,
    "n": 1,
}
"""Values that say what holds without them, which OpenAI's models take that take no other."""


@lru_cache(maxsize=1_024)
def published_facts(kind: str, *names: str) -> ParameterFacts:
    """What is published of a model that a provider of this kind serves, by the first of its names that is known."""
    table = _TABLES.get(kind, ())
    for name in names:
        plain = _DATE.sub("", _CLOUDS.sub("", name.lower().rsplit("/", 1)[-1]))
        for pattern, facts in table:
            if pattern.match(plain):
                return facts
    return _TAKES_ALL


def not_taken(request: ChatRequest, facts: ParameterFacts, effort: str | None) -> list[str]:
    """The parameters of the request that the model would refuse. What says no more than the default is not among them.

    effort: the one that it will be asked for, if any.
    """
    if not facts.not_taken and not facts.not_taken_while_reasoning:
        return []
    names = facts.not_taken
    if (effort or facts.effort) != "none":
        names = (*names, *facts.not_taken_while_reasoning)
    tree = request.tree
    return [name for name in names if (value := tree.get(name)) is not None and _DEFAULTS.get(name, ...) != value]


def without(request: ChatRequest, names: Iterable[str]) -> ChatRequest:
    """The request without some of its parameters."""
    left_out = frozenset(names)
    lean = msgspec.structs.replace(request, **dict.fromkeys(left_out & _TYPED))
    lean.__dict__["tree"] = {name: value for name, value in request.tree.items() if name not in left_out}
    lean.__dict__["written"] = request.written
    return lean


_TYPED = frozenset(ChatRequest.__struct_fields__)
