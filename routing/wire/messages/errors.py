"""Refusals in Anthropic's words."""

from typing import Any

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "invalid_request_error",
    413: "request_too_large",
    415: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""Status → type, as Anthropic documents them; 503 stands for its 529."""
_OUT_OF_MONEY = "billing_error"
"""No repeat helps, and clients say so instead of waiting for a limit to pass."""


def error_object(error: dict[str, Any], status: int, request_id: str) -> dict[str, Any]:
    """The envelope: Anthropic's type and message, and the contract's other fields beside them. `request_id`: as in the header."""
    code = error.get("code") or ""
    type_ = _TYPES.get(status, "api_error")
    told = {**error, "type": _OUT_OF_MONEY if code == "insufficient_quota" else type_}
    return {"type": "error", "error": told, "request_id": request_id}
