"""With which of a provider's credentials a deployment is asked."""

import time
from functools import partial
from typing import TYPE_CHECKING

from govern.gateway.call import Attempt
from govern.gateway.rate_limits import note_rate_limits
from routing.providers import ProviderError, Target

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


def target_of(gateway: "Gateway", attempt: Attempt) -> Target:
    """Where the attempt goes, with a credential chosen by weight among those that are not set aside. From here on it counts as sent."""
    credential = gateway.credentials.choose(attempt.deployment.credentials, now_s=time.monotonic())
    attempt.sent = True
    attempt.credential = credential
    return attempt.target._replace(
        secret=credential.secret if credential is not None else attempt.target.secret,
        asked=attempt.own_headers,
        heard=partial(note_rate_limits, attempt),
    )


def note_answer(gateway: "Gateway", attempt: Attempt) -> None:
    """The provider answered, so the credential is good."""
    if attempt.credential is not None:
        gateway.credentials.succeeded(attempt.credential)


def another_credential(gateway: "Gateway", attempt: Attempt, error: ProviderError) -> bool:
    """Whether the credential was at fault and is set aside, and the same deployment can be asked with another one."""
    now_s = time.monotonic()
    if attempt.credential is None or not gateway.credentials.failed(attempt.credential, error, now_s=now_s):
        return False
    return any(gateway.credentials.is_ready(c, now_s=now_s) for c in attempt.deployment.credentials)
