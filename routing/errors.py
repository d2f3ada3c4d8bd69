"""Failures of calls to providers."""

from routing.calls.usage import Usage


class ProviderError(Exception):
    """A call that a provider did not answer well.

    `message` is ours and safe to show and to log. `detail` is the provider's own sentence, only where it is
    about the request or the moment: it may quote the prompt, so it goes to the caller at most, past the guards, never to a
    log. It never holds a credential. `said` is what the provider said of any failure: to be digested and nothing else.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "provider_error",
        status: int | None = None,
        provider_code: str | None = None,
        detail: str | None = None,
        said: str | None = None,
        retryable: bool = False,
        overloaded: bool = False,
        credential_refused: bool = False,
        retry_after_ms: int | None = None,
        usage: Usage | None = None,
        sent: bool = True,
    ):
        super().__init__(message)
        self.message = message
        self.code = code
        """`provider_error` (502), `provider_timeout` (504), or `invalid_request` (400): the provider refuses this
        request itself.
        """
        self.status = status
        """The provider's HTTP status, if it answered."""
        self.provider_code = provider_code
        """The provider's machine code, such as `context_length_exceeded`: one short word, but the provider's."""
        self.detail = detail
        self.said = said
        self.retryable = retryable
        """The same call may succeed later, here or elsewhere."""
        self.overloaded = overloaded
        """The provider is out of capacity, or limits our rate."""
        self.credential_refused = credential_refused
        """The credential is wrong, expired or out of money: set it aside."""
        self.retry_after_ms = retry_after_ms
        self.usage = usage
        """What was used before the failure, where the provider said so."""
        self.sent = sent
        """Whether the provider may have run (and billed) anything."""
