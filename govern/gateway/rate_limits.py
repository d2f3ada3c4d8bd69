"""What is left of a provider's rate limits, as it says in the headers of its answers: clients slow down by it."""

import re
from collections.abc import Mapping

from govern.gateway.call import Attempt, Call
from govern.gateway.doors.http import Headers
from routing.wire.interface import DoorFormat

_OF_A_KIND = {
    "anthropic": ("anthropic",),
    "openai": ("openai", "openai_responses", "openai_compatible"),
    "openai_responses": ("openai", "openai_responses", "openai_compatible"),
}
"""Kind of door → kinds of providers that name their limits as its clients know them."""
_NAME = re.compile(r"(?:anthropic|x)-ratelimit-[a-z0-9-]{1,60}")
_VALUE = re.compile(r"[A-Za-z0-9 .:+_-]{1,60}")
_MOST = 32


def note_rate_limits(attempt: Attempt, headers: Mapping[str, str]) -> None:
    """Keeps them with the attempt. What is no number, time or plain word is left out."""
    named = ((name.lower(), value) for name, value in headers.items())
    found = [(name, value) for name, value in named if _NAME.fullmatch(name) and _VALUE.fullmatch(value)]
    attempt.rate_limits = found[:_MOST]


def rate_limit_headers(call: Call, format_: DoorFormat) -> Headers:
    """Those of the provider that was asked last, where it is of the door's own format."""
    if not call.attempts:
        return []
    attempt = call.attempts[-1]
    if attempt.deployment.target.kind not in _OF_A_KIND.get(format_.kind, ()):
        return []
    return [(name.encode(), value.encode()) for name, value in attempt.rate_limits]
