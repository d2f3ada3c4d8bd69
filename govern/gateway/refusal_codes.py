"""Every code with which Govern says no: its status, what it is called, who ended the call, and what the documentation says."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail.codes import FAILED, REFUSED, register_code


class Advice(NamedTuple):
    """A cause and its cure, in Markdown, as `docs/errors.md` has them."""

    happened: str
    to_do: str


class RefusalCode(NamedTuple):
    """What a code means, on the wire, on the record and in the documentation. Each field must be given."""

    code: str
    status: int
    type: str
    """OpenAI's error type, which SDKs map to their exceptions."""
    retry: bool
    """Whether the same request may succeed later."""
    label: Promise
    """What the admin calls it."""
    ended: tuple[str, str]
    """How the call ended, refused or failed, and by whom (`audit.selectors.outcomes`)."""
    told: tuple[Advice, ...]
    """What can have happened, and what to do then."""

    def rows(self) -> list[str]:
        """Its rows in the table of `docs/errors.md`."""
        return [f"| {self.status} | `{self.code}` | {one.happened} | {one.to_do} |" for one in self.told]


_ALL = (
    RefusalCode(
        code="invalid_api_key",
        status=401,
        type="invalid_request_error",
        retry=False,
        label=_("Unknown or revoked key"),
        ended=(REFUSED, "key"),
        told=(
            Advice(
                "No key, an unknown one, or one that was revoked or has expired.",
                "Ask the application's owner for a key.",
            ),
        ),
    ),
    RefusalCode(
        code="invalid_end_user",
        status=401,
        type="invalid_request_error",
        retry=False,
        label=_("End user's token not valid"),
        ended=(REFUSED, "door"),
        told=(
            Advice(
                "The token in `x-govern-end-user-token` is not one that the application's issuer signed for it, or it has expired.",
                "Send a fresh one.",
            ),
        ),
    ),
    RefusalCode(
        code="invalid_request",
        status=400,
        type="invalid_request_error",
        retry=False,
        label=_("Malformed request"),
        ended=(REFUSED, "door"),
        told=(
            Advice(
                "The request cannot be read, or no model that may take it can do it (pictures, tools).",
                "Mend what `param` names.",
            ),
            Advice(
                "The input fits the context of no model that may take it; `message` has the numbers.",
                "Shorten the part that `param` names, or a model with a larger context.",
            ),
        ),
    ),
    RefusalCode(
        code="legal_hold",
        status=409,
        type="invalid_request_error",
        retry=False,
        label=_("Under a legal hold"),
        ended=(REFUSED, "door"),
        told=(
            Advice(
                "What is to be deleted must stay for the time being. Nothing was deleted.",
                "Ask a compliance officer when the hold ends, and delete it then.",
            ),
        ),
    ),
    RefusalCode(
        code="prompt_injection",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Prompt injection"),
        ended=(REFUSED, "guard"),
        told=(
            Advice(
                "The text tries to override instructions.",
                "Remove it; an officer can add an exemption if it is legitimate.",
            ),
        ),
    ),
    RefusalCode(
        code="pii_leak",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Personal data"),
        ended=(REFUSED, "guard"),
        told=(Advice("Personal data that policy does not let through.", "Remove it."),),
    ),
    RefusalCode(
        code="secret_leak",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Secret"),
        ended=(REFUSED, "guard"),
        told=(Advice("A credential in the prompt or in the answer.", "Remove it and replace the credential."),),
    ),
    RefusalCode(
        code="topic_blocked",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Topic not allowed"),
        ended=(REFUSED, "guard"),
        told=(Advice("One of the organisation's topics.", "Ask an officer."),),
    ),
    RefusalCode(
        code="output_invalid",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Answer not as required"),
        ended=(REFUSED, "guard"),
        told=(Advice("The answer does not have the form that policy requires.", "Try another prompt or model."),),
    ),
    RefusalCode(
        code="rule_blocked",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Blocked by a rule"),
        ended=(REFUSED, "policy"),
        told=(
            Advice(
                "A rule of a guard policy, or a guard that failed where policy says that then nothing passes.",
                "Read `message`.",
            ),
        ),
    ),
    RefusalCode(
        code="guard_timeout",
        status=403,
        type="policy_violation",
        retry=False,
        label=_("Guard out of time"),
        ended=(REFUSED, "guard"),
        told=(
            Advice(
                "A guard needed more processor time than its policy gives it for a text of that length, or all guards together "
                "more than 3 seconds. Nothing was found; nothing was sent.",
                "Send less at once, or text that is less dense (a table of nothing but numbers is dear to inspect).",
            ),
        ),
    ),
    RefusalCode(
        code="model_not_allowed",
        status=403,
        type="permission_error",
        retry=False,
        label=_("Model not allowed"),
        ended=(REFUSED, "policy"),
        told=(Advice("The application may not use this model.", "`GET /v1/models` lists those it may."),),
    ),
    RefusalCode(
        code="application_suspended",
        status=403,
        type="permission_error",
        retry=False,
        label=_("Application suspended"),
        ended=(REFUSED, "stop"),
        told=(Advice("An officer has switched the application off.", "Ask an officer."),),
    ),
    RefusalCode(
        code="model_not_found",
        status=404,
        type="invalid_request_error",
        retry=False,
        label=_("Unknown model"),
        ended=(REFUSED, "model"),
        told=(Advice("No model of that name.", "`GET /v1/models`, or `auto`."),),
    ),
    RefusalCode(
        code="request_too_large",
        status=413,
        type="invalid_request_error",
        retry=False,
        label=_("Request too large"),
        ended=(REFUSED, "door"),
        told=(Advice("The body is over the limit.", "Send less."),),
    ),
    RefusalCode(
        code="insufficient_quota",
        status=429,
        type="insufficient_quota",
        retry=False,
        label=_("Over budget"),
        ended=(REFUSED, "budget"),
        told=(
            Advice("A budget cannot cover the most this call may cost.", "A smaller `max_tokens`, or more budget."),
            Advice(
                "Nothing bounds what a field or tool can cost (`param` names it), and a budget that blocks covers the call.",
                "Leave it out, or say `max_uses` or `max_tool_calls`.",
            ),
            Advice(
                "A provider reported more than a call of this application could cost; it is stopped on that budget.",
                "Ask a compliance officer to look, and to lift the freeze.",
            ),
        ),
    ),
    RefusalCode(
        code="rate_limit_exceeded",
        status=429,
        type="rate_limit_error",
        retry=True,
        label=_("Rate limit"),
        ended=(REFUSED, "limit"),
        told=(
            Advice(
                "Too many large bodies arrive at once, or receipts are asked for.",
                "Wait as long as `retry-after` says.",
            ),
        ),
    ),
    RefusalCode(
        code="internal_error",
        status=500,
        type="api_error",
        retry=True,
        label=_("Internal error"),
        ended=(FAILED, "govern"),
        told=(Advice("Govern failed. Nothing was given back.", "Tell the operator the `x-request-id`."),),
    ),
    RefusalCode(
        code="provider_error",
        status=502,
        type="api_error",
        retry=True,
        label=_("Provider failed"),
        ended=(FAILED, "provider"),
        told=(
            Advice(
                "The provider failed, and so did every fallback. At the Messages and Google doors its own 4xx and 529 keep "
                "their status, type and words, unless they are about Govern's credential.",
                "Try again.",
            ),
        ),
    ),
    RefusalCode(
        code="audit_unavailable",
        status=503,
        type="api_error",
        retry=True,
        label=_("Trail not writable"),
        ended=(FAILED, "govern"),
        told=(
            Advice("The trail cannot be written, so nothing was sent or given back.", "Try again; tell the operator."),
        ),
    ),
    RefusalCode(
        code="queue_unavailable",
        status=503,
        type="api_error",
        retry=True,
        label=_("Queue not reachable"),
        ended=(FAILED, "govern"),
        told=(
            Advice(
                "The broker of background work (Valkey) does not answer. Nothing was queued.",
                "Try again, or without `background`; tell the operator.",
            ),
        ),
    ),
    RefusalCode(
        code="end_user_unavailable",
        status=503,
        type="api_error",
        retry=True,
        label=_("End user's issuer not reachable"),
        ended=(FAILED, "govern"),
        told=(
            Advice(
                "The issuer of the end user's token does not give its keys. Nothing was sent.",
                "Try again; tell the operator.",
            ),
        ),
    ),
    RefusalCode(
        code="no_route",
        status=503,
        type="api_error",
        retry=True,
        label=_("No model could serve it"),
        ended=(REFUSED, "model"),
        told=(
            Advice(
                "Nobody can take the call now; `message` says why each was passed over.",
                "Another model, or ask an officer.",
            ),
        ),
    ),
    RefusalCode(
        code="provider_timeout",
        status=504,
        type="api_error",
        retry=True,
        label=_("Provider too slow"),
        ended=(FAILED, "provider"),
        told=(
            Advice(
                "The provider did not answer in the caller's time, or in the limits that an operator set for it.",
                "A larger `x-govern-timeout-ms`, or another model.",
            ),
        ),
    ),
)

CODES: dict[str, RefusalCode] = {each.code: each for each in _ALL}
"""Every code of the contract."""

for _each in _ALL:
    if not _each.told:
        raise TypeError(f"The refusal code {_each.code} has no documentation: give `told`.")
    register_code(_each.code, label=_each.label, ended=_each.ended)
