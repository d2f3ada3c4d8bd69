"""A provider that reads a body as greedily as any server might, and charges the most that it allows.

Written without a look at the code under test: it knows spellings of its own, looks for them at every depth, and takes the largest.
"""

import json
import re
from typing import Any

PRICE_IN, PRICE_OUT, PRICE_SEARCH = 2_000, 10_000, 10_000_000
"""Nano-dollars a token that is read (at the price of a cache write of an hour), a token that is written, a search."""
WINDOW = 128_000
ENDLESS = 1 << 60

_LIMIT = re.compile(
    r"(max|num|n)[_-]?((new|output|completion|response|gen)[_-]?)?(tokens|predict|length|len|tokens_to_sample)\Z", re.I
)
_TIMES = re.compile(
    r"(n|best_?of|(candidate|choice|answer)_?count|(n|num)_?(generations|return_sequences|beams|choices|completions|samples))\Z",
    re.I,
)
_DEAR = re.compile(r"(priority|scale|fast|performance|premium)\Z", re.I)
_TEXTS = frozenset(
    (
        "messages",
        "contents",
        "system",
        "systemInstruction",
        "instructions",
        "metadata",
        "labels",
        "input",
        "response_format",
        "text",
    )
)


def charged_nano_usd(body: bytes) -> int:
    """What an answer to this body costs at most."""
    tree = json.loads(body)
    limits, times = [], 1
    for name, value in _settings(tree):
        number = _number(value)
        if _LIMIT.match(name):
            limits.append(number)
        elif _TIMES.match(name):
            times *= max(1, number)
        elif name.lower().replace("_", "") in ("servicetier", "speed") and _DEAR.match(str(value)):
            return ENDLESS
    searches = _searches(tree)
    if not limits or searches is None:
        return ENDLESS
    read = len(body) + (WINDOW * (times * searches + 1) if searches else 0)
    return read * PRICE_IN + times * max(limits) * PRICE_OUT + times * searches * PRICE_SEARCH


def limits_in(body: bytes) -> list[int]:
    """Every limit of an answer that stands in the body."""
    return [_number(value) for name, value in _settings(json.loads(body)) if _LIMIT.match(name)]


def _settings(value: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _TEXTS and name != "tools":
                found += [(name, inner), *_settings(inner)]
    elif isinstance(value, list):
        for item in value:
            found += _settings(item)
    return found


def _number(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return 1
    except OverflowError:
        return ENDLESS


def _searches(tree: dict[str, Any]) -> int | None:
    """Searches that it may run; None without an end."""
    if any(tree.get(name) for name in ("web_search_options", "mcp_servers", "search_parameters", "plugins")):
        return None
    total = 0
    for tool in tree.get("tools") or ():
        if "functionDeclarations" in tool or "function_declarations" in tool:
            if len(tool) > 1:
                return None
        elif tool.get("type", "custom") not in ("function", "custom"):
            said = tool.get("max_uses", tree.get("max_tool_calls"))
            if said is None:
                return None
            total += int(said)
        elif "type" not in tool and "name" not in tool:
            return None
    return total
