"""Refusals in Google's words."""

from typing import Any

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "INVALID_ARGUMENT",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    422: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    502: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    529: "UNAVAILABLE",
}


_OUT_OF_MONEY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3600s"}
"""No repeat helps: gemini-cli tries a 429 again ten times unless the wait is a long one, and then says why it stops."""


def error_object(error: dict[str, Any], status: int) -> dict[str, Any]:
    """The envelope. Google's `code` is the HTTP status, so the contract's code is the `reason` beside its other fields."""
    others = {name: value for name, value in error.items() if name not in ("code", "message")}
    return {
        "error": {
            "code": status,
            "message": error.get("message"),
            "status": _STATUSES.get(status, "INTERNAL"),
            "reason": error.get("code"),
            **others,
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": str(error.get("code") or "internal_error").upper(),
                    "domain": "govern",
                },
                *([_OUT_OF_MONEY] if error.get("code") == "insufficient_quota" else []),
            ],
        }
    }
