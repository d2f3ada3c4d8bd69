"""Error answers of providers, in our words."""

import json

import pytest

from routing.client import Reply
from routing.wire.refusals import refusal_of_reply


def refused(status, body, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal_of_reply(Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw))


def openai(**error):
    return {"error": {"message": "no", "type": None, "param": None, "code": None, **error}}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, openai(code="context_length_exceeded"), ("invalid_request", False, False, False)),
        (401, openai(code="invalid_api_key"), ("provider_error", True, False, True)),
        (402, {"error": {"message": "Insufficient Balance"}}, ("provider_error", True, False, True)),
        (403, {"type": "error", "error": {"type": "permission_error"}}, ("provider_error", True, False, True)),
        (404, openai(code="model_not_found"), ("provider_error", False, False, False)),
        (408, {}, ("provider_timeout", True, False, False)),
        (413, {"type": "error", "error": {"type": "request_too_large"}}, ("invalid_request", False, False, False)),
        (422, {"detail": "wrong"}, ("invalid_request", False, False, False)),
        (429, openai(type="insufficient_quota", code="insufficient_quota"), ("provider_error", True, False, True)),
        (429, openai(code="rate_limit_exceeded"), ("provider_error", True, True, False)),
        (429, {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}, ("provider_error", True, True, False)),
        (500, b"<html>oops</html>", ("provider_error", True, False, False)),
        (502, b"", ("provider_error", True, False, False)),
        (503, {"error": {"code": 503, "status": "UNAVAILABLE"}}, ("provider_error", True, True, False)),
        (504, b"", ("provider_timeout", True, False, False)),
        (529, {"type": "error", "error": {"type": "overloaded_error"}}, ("provider_error", True, True, False)),
        (307, b"", ("provider_error", False, False, False)),
        (418, b"\xff", ("provider_error", False, False, False)),
        (400, [{"error": {"code": 400, "status": "INVALID_ARGUMENT"}}], ("invalid_request", False, False, False)),
        (
            400,
            {"object": "error", "message": "bad", "type": "BadRequestError"},
            ("invalid_request", False, False, False),
        ),
        (400, "[" * 100_000, ("invalid_request", False, False, False)),
    ],
)
def test_each_kind(status, body, expected):
    error = refused(status, body)
    assert (error.code, error.retryable, error.overloaded, error.credential_refused) == expected
    assert error.status == status


def test_the_providers_sentence_is_only_a_detail_and_holds_no_credential():
    message = "Incorrect API key provided: sk-proj-abcdef123456. Your prompt was: secret plan"
    error = refused(400, openai(message=message, code="invalid_value"))
    assert "secret plan" not in error.message
    assert "secret plan" in error.detail
    assert "abcdef" not in error.detail
    assert refused(401, openai(message=message)).detail is None
    assert "abcdef" not in refused(429, openai(message=message)).detail
    assert refused(500, openai(message=message)).detail is None


def test_a_long_sentence_is_cut():
    assert len(refused(400, openai(message="x" * 10_000)).detail) == 500


def test_a_code_that_is_no_word_is_left_out():
    assert refused(400, openai(code="my prompt: Amy's secret")).provider_code is None


@pytest.mark.parametrize(
    ("headers", "body", "wait_ms"),
    [
        ({"retry_after": "2"}, {}, 2_000),
        ({"retry_after_ms": "150", "retry_after": "2"}, {}, 150),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, {}, None),
        ({"retry_after": "inf"}, {}, None),
        ({"retry_after": "-5"}, {}, 0),
        ({}, {"error": {"code": 429, "details": [{"@type": "RetryInfo", "retryDelay": "34.4s"}]}}, 34_400),
        ({}, {}, None),
    ],
)
def test_retry_after(headers, body, wait_ms):
    assert refused(429, body, **headers).retry_after_ms == wait_ms
