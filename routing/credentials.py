"""Choosing among the credentials of a provider by weight, and setting a failing one aside for a while."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from routing.errors import ProviderError

REFUSED_ASIDE_S = 300.0
"""After a refusal (wrong, expired, out of money); doubled with each further one."""
MAX_ASIDE_S = 3_600.0
LIMITED_ASIDE_S = 5.0
"""After a rate limit that names no time."""
MAX_LIMITED_ASIDE_S = 60.0


class Credential(NamedTuple):
    """A secret and its share of the calls."""

    name: str
    secret: str
    weight: int = 1

    def __repr__(self) -> str:
        return f"Credential(name={self.name!r}, weight={self.weight})"


class _Aside(NamedTuple):
    until_s: float
    refusals: int


class CredentialHealth:
    """Which credentials are set aside. One a process; a secret that replaces another under the same name starts afresh, also while calls
    that began with the old one are under way."""

    def __init__(self) -> None:
        self._aside: dict[Credential, _Aside] = {}

    def choose(
        self, credentials: Sequence[Credential], *, now_s: float, rng: random.Random | None = None
    ) -> Credential | None:
        """One of the credentials that are not set aside, at random by weight; if all are, the one that comes back first.

        None if there are none of positive weight. `now_s` is of `time.monotonic()`.
        """
        usable = [credential for credential in credentials if credential.weight > 0]
        if len(usable) < 2:
            return usable[0] if usable else None
        ready = [credential for credential in usable if self.is_ready(credential, now_s=now_s)]
        if not ready:
            return min(usable, key=lambda credential: self._aside[credential].until_s)
        weights = [credential.weight for credential in ready]
        return (rng or random).choices(ready, weights)[0]  # type: ignore[attr-defined,no-any-return,unused-ignore]

    def is_ready(self, credential: Credential, *, now_s: float) -> bool:
        """Whether a credential is not set aside."""
        aside = self._aside.get(credential)
        return aside is None or aside.until_s <= now_s

    def failed(self, credential: Credential, error: ProviderError, *, now_s: float) -> bool:
        """Notes a failed call. True if the credential is set aside for it: the credential, not the provider, is at fault."""
        if error.credential_refused:
            before = self._aside.get(credential)
            refusals = before.refusals + 1 if before else 1
            wait_s = min(REFUSED_ASIDE_S * 2 ** (refusals - 1), MAX_ASIDE_S)
            self._aside[credential] = _Aside(now_s + wait_s, refusals)
            return True
        if error.status == 429:
            asked_s = LIMITED_ASIDE_S if error.retry_after_ms is None else error.retry_after_ms / 1000
            refusals = self._aside[credential].refusals if credential in self._aside else 0
            self._aside[credential] = _Aside(now_s + min(asked_s, MAX_LIMITED_ASIDE_S), refusals)
            return True
        return False

    def succeeded(self, credential: Credential) -> None:
        """Notes a call that was answered: the credential is good again."""
        if self._aside:
            self._aside.pop(credential, None)
