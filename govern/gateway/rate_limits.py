"""What is left of a provider's rate limits, as it says in the headers of its answers: clients slow down by it."""

import re
from collections.abc import Mapping

from govern.gateway.call import Attempt, Call
from govern.gateway.callers.callers_words import header_value
from govern.gateway.doors.http import Headers
from govern.gateway.refusals import LIMITS_OF
from routing.wire.interface import DoorFormat

_OF_A_KIND = {
    "anthropic": ("anthropic",),
    "openai": ("openai", "openai_responses", "openai_compatible"),
    "openai_responses": ("openai", "openai_responses", "openai_compatible"),
}
"""Kind of door → kinds of providers that name their limits as its clients know them."""
_NAME = re.compile(r"(?:anthropic|x)-ratelimit-[a-z0-9-]{1,60}")
_VALUE = re.compile(r"-?\d[\dTZ.:+smhd-]{0,39}")
"""Numbers, durations and times: no word, in which a provider could say anything past the guards."""
_MOST = 32


def note_rate_limits(attempt: Attempt, headers: Mapping[str, str]) -> None:
    """Keeps them with the attempt. What is no number, duration or time is left out."""
    limits = [(name.lower(), value) for name, value in headers.items() if "ratelimit" in name.lower()]
    found = [(name, value) for name, value in limits if _NAME.fullmatch(name) and _VALUE.fullmatch(value)]
    attempt.rate_limits = found[:_MOST]


def rate_limit_headers(call: Call, format_: DoorFormat) -> Headers:
    """Those of the provider that was asked last, where it is of the door's own format, and whose they are."""
    if not call.attempts:
        return []
    attempt = call.attempts[-1]
    if attempt.deployment.target.kind not in _OF_A_KIND.get(format_.kind, ()):
        return []
    said = [(name.encode(), value.encode()) for name, value in attempt.rate_limits]
    return [*said, (LIMITS_OF, header_value(attempt.deployment.provider))] if said else []
