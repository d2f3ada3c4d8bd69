"""Errors by which clients shorten a conversation keep their code, from every provider, also in mid-stream."""

from types import SimpleNamespace

import pytest

from govern.gateway.provider_words import provider_refusal
from routing.errors import ProviderError
from routing.wire.refusals import refusal, refusal_in_answer

LONG = "context_length_exceeded"


@pytest.mark.parametrize(
    "error",
    [
        {"code": LONG, "message": "Your input exceeds the context window."},
        {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"},
        {
            "status": "INVALID_ARGUMENT",
            "message": "The input token count (1200000) exceeds the maximum number of tokens",
        },
    ],
)
def test_a_context_that_is_full_is_called_so(error):
    for failure in (refusal(400, error), refusal_in_answer(error)):
        assert (failure.status, failure.code, failure.provider_code) == (400, "invalid_request", LONG)
        assert failure.detail == error["message"]


@pytest.mark.parametrize(
    ("door", "provider_code", "told"),
    [
        ("", LONG, LONG),
        ("openai_responses", "content_filter", "content_filter"),
        ("anthropic", LONG, "invalid_request"),
        ("google", LONG, "invalid_request"),
        ("", "some_other_word", "invalid_request"),
    ],
)
def test_the_code_is_told_where_clients_know_it(door, provider_code, told, monkeypatch):
    monkeypatch.setattr("govern.gateway.provider_words._inspected", lambda call, sentence: sentence)
    error = ProviderError(
        "Refused.", code="invalid_request", status=400, provider_code=provider_code, detail="Too long."
    )
    refused = provider_refusal(SimpleNamespace(native_kind=door), error)
    assert refused.envelope(revision=1, link=None)["code"] == told
    assert refused.code == "invalid_request"
