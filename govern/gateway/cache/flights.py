"""Identical calls in flight: the first asks, the others wait for what it leaves in the cache.

Nobody depends on the first: however it ends (answered, refused, left by its caller, cancelled), whoever waits looks into the cache once
more and then goes on alone.
"""

import asyncio

WAITS_S = 20.0
"""No longer than this, and never beyond its own deadline: an answer that takes longer is not waited for."""


class Flights:
    """The first calls of this process, by the digest of their request."""

    def __init__(self) -> None:
        self._landed: dict[bytes, asyncio.Future[None]] = {}

    def lead(self, digest: bytes) -> bool:
        """Whether nobody asks this yet. Then the caller leads, and must `land`."""
        if digest in self._landed:
            return False
        self._landed[digest] = asyncio.get_running_loop().create_future()
        return True

    def land(self, digest: bytes) -> None:
        """The leader has kept its answer, or there will be none."""
        landed = self._landed.pop(digest, None)
        if landed is not None and not landed.done():
            landed.set_result(None)

    async def wait(self, digest: bytes, *, longest_s: float) -> None:
        """Waits for the leader, if there is still one."""
        landed = self._landed.get(digest)
        if landed is not None:
            await asyncio.wait([landed], timeout=max(0.0, min(WAITS_S, longest_s)))
