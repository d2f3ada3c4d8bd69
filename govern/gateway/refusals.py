"""Refusals: Govern says no, with a code, its status and what to do next."""

from govern.gateway.callers.callers_words import bounded
from govern.gateway.refusal_codes import CODES

LONGEST_MESSAGE = 2_000
"""Characters: a sentence may name fields, whose names callers choose."""
BY_POLICY = "Blocked by policy"
LIMITS_OF = b"x-govern-limits-of"
"""The header that says whose limits are told: a provider's, or Govern's own, which stand before them."""
_OUR_LIMITS = frozenset(("rate_limit_exceeded", "insufficient_quota"))


class Refusal(Exception):
    """Govern does not do what was asked. `message` says what to do next and never quotes the request."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        param: str | None = None,
        guard: str | None = None,
        rule: str | None = None,
        violation_id: str | None = None,
        retry_after_ms: int | None = None,
        status: int | None = None,
        recorded: str | None = None,
        told_code: str | None = None,
    ) -> None:
        super().__init__(code)
        kind = CODES[code]
        self.code = code
        self.message = message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 1]}…"
        self.recorded = recorded if recorded is not None else self.message
        """The sentence for the trail, where it must not repeat what the caller is told."""
        self.told_code = told_code or code
        """The code for the caller: a provider's own where clients act on it."""
        self.param = bounded(param) if param else param
        self.guard = guard
        self.rule = rule
        self.violation_id = violation_id
        self.retry_after_ms = retry_after_ms
        self.status = status or kind.status
        self.type = kind.type
        self.retry = kind.retry

    def envelope(self, *, revision: int | None, link: str | None) -> dict[str, object]:
        """The `error` object. What policy forbids says so first: clients take a 403 for a matter of keys."""
        message = self.message
        if CODES[self.code].status == 403 and not message.startswith(BY_POLICY):
            message = f"{BY_POLICY}: {message}"
        return {
            "message": message,
            "type": self.type,
            "param": self.param,
            "code": self.told_code,
            "govern": {
                "violation_id": self.violation_id,
                "rule": self.rule,
                "guard": self.guard,
                "revision": revision,
                "link": link,
            },
        }

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Headers that tell the SDKs whether to try again, and when."""
        headers = [] if self.retry else [(b"x-should-retry", b"false")]
        if self.code in _OUR_LIMITS:
            headers.append((LIMITS_OF, b"govern"))
        if self.status == 415:
            headers.append((b"accept-encoding", b"gzip, deflate"))
        if self.retry_after_ms is not None:
            headers.append((b"retry-after-ms", str(self.retry_after_ms).encode()))
            headers.append((b"retry-after", str(max(1, -(-self.retry_after_ms // 1_000))).encode()))
        return headers
