"""What providers say about a failure: to the caller past the output guards, to the record as a digest.

Providers quote the prompt in their errors, and some a credential. Their words are bounded, inspected like an answer, and never
stand in the trail, in a log or in a metric.
"""

from typing import TYPE_CHECKING

from govern.gateway.call import Attempt, Call
from govern.gateway.inspection import note_violations
from govern.gateway.masking import for_record
from govern.gateway.records import keyed_digest
from govern.gateway.refusals import Refusal
from routing.calls import Surface
from routing.providers import ProviderError

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

WITHHELD = "The provider refused the request as invalid, in words that policy does not let through."
_PLACE = "error.message"
_ACTED_ON = frozenset(("context_length_exceeded", "content_filter", "content_policy_violation"))
"""Codes by which clients of OpenAI's formats shorten a conversation or tell a filter from a fault."""


def note_failure(gateway: "Gateway", attempt: Attempt, error: ProviderError) -> None:
    """Writes down that an attempt failed: our sentence, the provider's status and code, and a digest of what it said."""
    attempt.error = error.message
    attempt.failure = {
        "status": error.status,
        "code": for_record(error.provider_code) if error.provider_code else None,
        "digest": keyed_digest(gateway.digest_key, error.said.encode("utf-8", "surrogatepass")) if error.said else None,
    }


def provider_refusal(call: Call, error: ProviderError) -> Refusal:
    """A provider's failure as ours, its own words as the output guards leave them."""
    refused = error.code == "invalid_request"
    sentence = error.message
    status = _own_status(call, error)
    if (refused or status) and error.detail:
        sentence = error.detail
    elif error.provider_code:
        sentence = f"{error.message} It says: {error.provider_code}."
    if sentence != error.message:
        sentence = _inspected(call, sentence) or (WITHHELD if refused else error.message)
    told = error.provider_code if refused and call.native_kind not in ("anthropic", "google") else None
    return Refusal(
        error.code,
        sentence,
        retry_after_ms=error.retry_after_ms,
        status=status,
        recorded=error.message,
        told_code=told if told in _ACTED_ON else None,
    )


def _own_status(call: Call, error: ProviderError) -> int | None:
    """The status of a provider's own that clients of Anthropic's and Google's formats know what to do with.

    Never what is about Govern's credential there, which a client would take for its own.
    """
    if call.native_kind not in ("anthropic", "google") or error.status is None or error.credential_refused:
        return None
    return error.status if 400 <= error.status < 500 or error.status == 529 else None


def _inspected(call: Call, sentence: str) -> str | None:
    """The sentence as the caller may read it; None if policy blocks it."""
    verdict = call.application.enforcement.inspect_output(
        [Surface("assistant", _PLACE, sentence)], call.facts, system_prompt=call.system_prompt
    )
    if verdict.action != "allow":
        call.evidence.output_verdict = verdict
        note_violations(call, verdict)
    return None if verdict.action == "block" else verdict.replacements.get(_PLACE, sentence)
