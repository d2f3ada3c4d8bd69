"""Refusals: every way in which Govern says no, with its code, its status and what to do next."""

from typing import NamedTuple

from govern.gateway.callers_words import bounded

LONGEST_MESSAGE = 2_000
"""Characters: a sentence may name fields, whose names callers choose."""


BY_POLICY = "Blocked by policy"


class RefusalKind(NamedTuple):
    """What a code means on the wire."""

    status: int
    type: str
    """OpenAI's error type, which SDKs map to their exceptions."""
    retry: bool
    """Whether the same request may succeed later."""


KINDS: dict[str, RefusalKind] = {
    "invalid_api_key": RefusalKind(401, "invalid_request_error", False),
    "invalid_end_user": RefusalKind(401, "invalid_request_error", False),
    "invalid_request": RefusalKind(400, "invalid_request_error", False),
    "prompt_injection": RefusalKind(403, "policy_violation", False),
    "pii_leak": RefusalKind(403, "policy_violation", False),
    "secret_leak": RefusalKind(403, "policy_violation", False),
    "topic_blocked": RefusalKind(403, "policy_violation", False),
    "output_invalid": RefusalKind(403, "policy_violation", False),
    "rule_blocked": RefusalKind(403, "policy_violation", False),
    "guard_timeout": RefusalKind(403, "policy_violation", False),
    "model_not_allowed": RefusalKind(403, "permission_error", False),
    "application_suspended": RefusalKind(403, "permission_error", False),
    "model_not_found": RefusalKind(404, "invalid_request_error", False),
    "request_too_large": RefusalKind(413, "invalid_request_error", False),
    "insufficient_quota": RefusalKind(429, "insufficient_quota", False),
    "rate_limit_exceeded": RefusalKind(429, "rate_limit_error", True),
    "internal_error": RefusalKind(500, "api_error", True),
    "provider_error": RefusalKind(502, "api_error", True),
    "audit_unavailable": RefusalKind(503, "api_error", True),
    "end_user_unavailable": RefusalKind(503, "api_error", True),
    "no_route": RefusalKind(503, "api_error", True),
    "provider_timeout": RefusalKind(504, "api_error", True),
}
"""Every code of the contract."""


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
        kind = KINDS[code]
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
        if KINDS[self.code].status == 403 and not message.startswith(BY_POLICY):
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
        if self.status == 415:
            headers.append((b"accept-encoding", b"gzip, deflate"))
        if self.retry_after_ms is not None:
            headers.append((b"retry-after-ms", str(self.retry_after_ms).encode()))
            headers.append((b"retry-after", str(max(1, -(-self.retry_after_ms // 1_000))).encode()))
        return headers
