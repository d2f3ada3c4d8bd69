"""Error answers of providers, in one vocabulary."""

import re
from typing import Any

import msgspec

from routing.calls.characters import with_whole_characters
from routing.client import Reply
from routing.errors import ProviderError
from routing.wire.values import fields, text

_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,64}\Z")
_SECRET = re.compile(r"\b(?:sk|pk|gsk|xai|AIza|key|Bearer|org|proj|req)[-_ ][\w\-*.]{4,}|\bAIza[\w\-]{10,}")
_DETAIL_MAX_CHARACTERS = 500
_SAID_MAX_CHARACTERS = 4_000
_LONGEST_WAIT_MS = 24 * 3_600_000
"""A caller is told to wait for a day at most: what is longer is no wait."""
_OWN_WORDS = frozenset((400, 404, 405, 409, 413, 415, 422, 429, 529))
"""Statuses that are about the request or the moment, whose sentence may reach the caller past the guards."""
_TOO_LONG = re.compile(
    r"prompt is too long\b|input length and `max_tokens` exceed context limit|The input token count\b.* exceeds"
)
"""How Anthropic and Google say what OpenAI's clients know as `context_length_exceeded`."""
_OUT_OF_MONEY = frozenset(
    (
        "insufficient_quota",
        "billing_hard_limit_reached",
        "insufficient_balance",
        "billing_error",
        "credit_balance_too_low",
    )
)
_OVERLOADED = frozenset(
    ("overloaded_error", "rate_limit_error", "UNAVAILABLE", "RESOURCE_EXHAUSTED", "rate_limit_exceeded")
)
_INVALID = frozenset(
    (
        "invalid_request_error",
        "INVALID_ARGUMENT",
        "invalid_prompt",
        "request_too_large",
        "OUT_OF_RANGE",
        "FAILED_PRECONDITION",
    )
)
_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "INVALID_ARGUMENT": 400,
    "invalid_prompt": 400,
    "context_length_exceeded": 400,
    "content_filter": 400,
    "content_policy_violation": 400,
    "authentication_error": 401,
    "UNAUTHENTICATED": 401,
    "permission_error": 403,
    "PERMISSION_DENIED": 403,
    "not_found_error": 404,
    "NOT_FOUND": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "RESOURCE_EXHAUSTED": 429,
    "api_error": 500,
    "server_error": 500,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "timeout_error": 504,
    "DEADLINE_EXCEEDED": 504,
    "overloaded_error": 529,
}


def _machine_word(value: Any) -> str | None:
    word = str(value) if type(value) in (str, int) else ""
    return word if _CODE.match(word) else None


def _error_object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(with_whole_characters(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    if type(value) is list and value:
        value = value[0]
    value = fields(value)
    error = value.get("error", value.get("errors", value))
    if type(error) is str:
        return {"message": error}
    if type(error) is list and error:
        error = error[0]
    return fields(error) or value


def _retry_after_ms(header: str | None, header_ms: str | None, error: dict[str, Any]) -> int | None:
    for value, scale in ((header_ms, 1.0), (header, 1000.0)):
        try:
            return min(max(0, int(float(value or "") * scale)), _LONGEST_WAIT_MS)
        except (ValueError, OverflowError):
            continue
    details = error.get("details")
    for detail in details if type(details) is list else ():
        delay = text(fields(detail).get("retryDelay"))
        if delay and re.fullmatch(r"\d{1,6}(\.\d+)?s", delay):
            return min(int(float(delay[:-1]) * 1000), _LONGEST_WAIT_MS)
    return None


def refusal(
    status: int, error: dict[str, Any], *, retry_after: str | None = None, retry_after_ms: str | None = None
) -> ProviderError:
    """A provider's error object with its status, as ours."""
    if status in (400, 413) and _TOO_LONG.match(_sentence(error) or ""):
        error = {**error, "code": "context_length_exceeded"}
    failure = _refusal(status, error, retry_after=retry_after, retry_after_ms=retry_after_ms)
    if said := _sentence(error):
        failure.said = said[:_SAID_MAX_CHARACTERS]
        if status in _OWN_WORDS and not failure.credential_refused:
            failure.detail = _SECRET.sub("…", said)[:_DETAIL_MAX_CHARACTERS]
    return failure


def _sentence(error: dict[str, Any]) -> str | None:
    return text(error.get("message")) or text(error.get("detail"))


def _refusal(
    status: int, error: dict[str, Any], *, retry_after: str | None, retry_after_ms: str | None
) -> ProviderError:
    code = _machine_word(error.get("code")) or _machine_word(error.get("status"))
    kind = _machine_word(error.get("type")) or _machine_word(error.get("status")) or ""
    provider_code = code if code and not code.isdigit() else kind or code
    wait_ms = _retry_after_ms(retry_after, retry_after_ms, error)
    said = {word for word in (code, kind, provider_code) if word}
    if status in (401, 402, 403) or said & _OUT_OF_MONEY:
        what = (
            "has no money left for this key"
            if status == 402 or said & _OUT_OF_MONEY
            else "does not accept our credential"
        )
        return ProviderError(
            f"The provider {what}.",
            status=status,
            provider_code=provider_code,
            credential_refused=True,
            retryable=True,
        )
    if status == 408 or status == 504:
        return ProviderError(
            "The provider timed out.",
            code="provider_timeout",
            status=status,
            provider_code=provider_code,
            retryable=True,
            retry_after_ms=wait_ms,
        )
    if status in (429, 503, 529) or (status >= 500 and said & _OVERLOADED):
        return ProviderError(
            "The provider is out of capacity or limits our rate.",
            status=status,
            provider_code=provider_code,
            retryable=True,
            overloaded=True,
            retry_after_ms=wait_ms,
        )
    if status in (400, 405, 409, 413, 415, 422) or (status == 404 and said & _INVALID):
        return ProviderError(
            "The provider refused the request as invalid.",
            code="invalid_request",
            status=status,
            provider_code=provider_code,
        )
    if status == 404:
        return ProviderError(
            "The provider does not know the model or address. Check the deployment.",
            status=status,
            provider_code=provider_code,
        )
    if 300 <= status < 400:
        return ProviderError("The provider answered with a redirect, which is not followed.", status=status)
    return ProviderError(
        f"The provider failed with status {status}.",
        status=status,
        provider_code=provider_code,
        retryable=status >= 500,
        retry_after_ms=wait_ms,
    )


def refusal_of_reply(reply: Reply) -> ProviderError:
    """An answer that is not 200, as our error."""
    return refusal(
        reply.status,
        _error_object(reply.body),
        retry_after=reply.headers.get("retry-after"),
        retry_after_ms=reply.headers.get("retry-after-ms"),
    )


def refusal_in_answer(error: Any) -> ProviderError:
    """An error object inside an answer of status 200, or in mid-stream."""
    found = fields(error) or {"message": text(error)}
    kinds = (found.get("type"), found.get("status"), found.get("code"))
    status = next((_STATUS_OF_TYPE[kind] for kind in kinds if type(kind) is str and kind in _STATUS_OF_TYPE), None)
    if status is None:
        code = str(found.get("code"))
        status = int(code) if re.fullmatch(r"[45]\d\d", code) else 500
    return refusal(status, found)
