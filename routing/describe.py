"""Describing a call in words that policies can decide on: its task, size, language and what it needs.

First version: what the caller says (`metadata.task`) counts; otherwise plain features of the text decide.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import re2

from routing.calls import ChatRequest, Surface
from routing.sizes import PromptSize

TASKS = (
    "coding",
    "multi_agent",
    "multimodal",
    "financial_compliance",
    "real_time",
    "cost_sensitive",
    "reasoning",
    "simple",
    "general",
)
_SIMPLE_TOKENS = 50
_COMPLEX_TOKENS = 5_000
_LOOKED_AT_CHARS = 2_000
_FEATURES = (
    (
        "coding",
        r"```|\b(?:def|class|import|function|const|SELECT|public static|#include|traceback|stack trace)\b|[;{}]\s*\n",
    ),
    (
        "financial_compliance",
        r"(?i)\b(?:audit|compliance|balance sheet|risk exposure|IFRS|GAAP|Basel|AML|KYC|portfolio)\b",
    ),
    ("reasoning", r"(?i)\b(?:prove|derive|step by step|why does|explain why|theorem|reason through)\b"),
)
"""Task → what its prompts look like; the first that is seen decides."""
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)


def _feature_set() -> re2.Set:
    """All features in one pass, in time linear in the text."""
    features = re2.Set.SearchSet()
    for _, pattern in _FEATURES:
        features.Add(pattern)
    features.Compile()
    return features


_SEEN = _feature_set()


class Description(NamedTuple):
    """What a call is like."""

    task: str
    task_by: str
    """`caller` or `features`."""
    complexity: float
    """0 (trivial) to 1, by the length of the texts, the tools and the task; media do not count."""
    input_tokens: int
    """Estimated, to choose by; never what money is reserved by."""
    modalities: tuple[str, ...]
    tools: tuple[str, ...]
    language: str


def describe(
    request: ChatRequest,
    surfaces: Sequence[Surface],
    modalities: tuple[str, ...],
    size: PromptSize,
    *,
    family: str = "",
) -> Description:
    """Describes a request from its decoded form, its texts and its size. `family`: of the model that was named, to count pictures by."""
    last = next((s.text for s in reversed(surfaces) if s.role == "user"), "")[-_LOOKED_AT_CHARS:]
    tools = tuple([tool.function.name for tool in request.tools if tool.function]) if request.tools else ()
    said = request.metadata.get("task") if request.metadata else None
    task = said if said in TASKS else _task(last, modalities, tools, size.text_tokens)
    return Description(
        task=task,
        task_by="caller" if said in TASKS else "features",
        complexity=min(
            1.0,
            size.text_tokens / _COMPLEX_TOKENS + 0.1 * len(tools) + (0.3 if task in ("coding", "reasoning") else 0.0),
        ),
        input_tokens=size.tokens(family),
        modalities=modalities,
        tools=tools,
        language=_language(last),
    )


def _task(text: str, modalities: tuple[str, ...], tools: tuple[str, ...], text_tokens: int) -> str:
    if modalities != ("text",):
        return "multimodal"
    seen = _SEEN.Match(text.encode("utf-8", "replace"))
    if seen:
        return _FEATURES[min(seen)][0]
    if text_tokens < _SIMPLE_TOKENS and not tools:
        return "simple"
    return "general"


def _language(text: str) -> str:
    if text.isascii():
        return "en"
    return next((code for code, script in _SCRIPTS if script.search(text)), "other")
