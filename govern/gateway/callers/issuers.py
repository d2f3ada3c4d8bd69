"""Public keys of the issuers of end users' tokens: read beside the calls, in a thread, so that a call finds them in memory.

A token that names a key which is not there makes them be read again, but not more often than `AGAIN_AFTER_S`, and never twice at once:
whoever sends nonsense costs the issuer two requests in that time and everybody else nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable

import jwt

from govern.identity.issuer_keys import AGAIN_AFTER_S, LIFESPAN_S, IssuerUnavailable, UnknownKey, issuer_keys

AFTER_FAILURE_S = 5.0
WAIT_S = 3.0
"""How long a call waits for keys that are being read."""
LOOK_EVERY_S = 1.0
_log = logging.getLogger("govern.gateway")


class Issuers:
    """The issuers that one gateway asks."""

    def __init__(self) -> None:
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._not_before_s: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self, wanted: Callable[[], Iterable[str]]) -> None:
        """Keeps the keys of these issuers fresh, so that calls need not wait for them."""
        self._task = asyncio.create_task(self._keep_fresh(wanted), name="issuers of end users' tokens")

    async def stop(self) -> None:
        """Reads nothing more."""
        running = [task for task in (self._task, *self._reading.values()) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def key(self, issuer: str, key_id: str | None) -> jwt.PyJWK:
        """The issuer's key of this name. Raises `UnknownKey` and `IssuerUnavailable`."""
        keys = issuer_keys(issuer)
        found = keys.known(key_id)
        if found is not None:
            return found
        task = self._read_soon(issuer)
        if task is not None:
            await asyncio.wait({task}, timeout=WAIT_S)
            found = keys.known(key_id)
            if found is not None:
                return found
        if keys.age_s > LIFESPAN_S:
            raise IssuerUnavailable("The issuer did not give its keys.")
        raise UnknownKey("The issuer has no such key.")

    def _read_soon(self, issuer: str) -> "asyncio.Task[None] | None":
        """The reading that is under way, or a new one if it is time for one."""
        task = self._reading.get(issuer)
        if task is not None:
            return task
        if time.monotonic() < self._not_before_s.get(issuer, 0.0):
            return None
        task = self._reading[issuer] = asyncio.create_task(self._read(issuer))
        task.add_done_callback(lambda _: self._reading.pop(issuer, None))
        return task

    async def _read(self, issuer: str) -> None:
        self._not_before_s[issuer] = time.monotonic() + AFTER_FAILURE_S
        try:
            await asyncio.to_thread(issuer_keys(issuer).read_again)
        except IssuerUnavailable as error:
            self._not_before_s[issuer] = time.monotonic() + AFTER_FAILURE_S
            _log.warning("Tokens of end users cannot be verified with fresh keys: %s", error)
        else:
            self._not_before_s[issuer] = time.monotonic() + AGAIN_AFTER_S

    async def _keep_fresh(self, wanted: Callable[[], Iterable[str]]) -> None:
        while True:
            for issuer in wanted():
                if issuer_keys(issuer).age_s > LIFESPAN_S / 2:
                    self._read_soon(issuer)
            await asyncio.sleep(LOOK_EVERY_S)
