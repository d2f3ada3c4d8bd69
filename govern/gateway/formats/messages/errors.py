"""Refusals in Anthropic's words."""

from typing import Any

from govern.gateway.refusals import KINDS

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}
"""Status → type, as Anthropic documents them; 503 stands for its 529."""


def error_object(error: dict[str, Any]) -> dict[str, Any]:
    """The envelope: Anthropic's type and message, and the contract's other fields beside them."""
    kind = KINDS.get(error.get("code") or "")
    return {"type": "error", "error": {**error, "type": _TYPES.get(kind.status if kind else 500, "api_error")}}
