"""Who may run: a worker has so many seats for background responses, and one application has so many of them at most."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Seats:
    """Seats of one worker. An application waits for its own share first, so that only as many of it stand in everybody's way."""

    def __init__(self, seats: int, share: int) -> None:
        self._all = asyncio.Semaphore(seats)
        self._share = share
        self._of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, application: str) -> AsyncIterator[None]:
        """Waits for a seat, and has it until the end. First come, first served, in the application and among all."""
        own = self._of.get(application) or asyncio.Semaphore(self._share)
        self._of[application] = own
        async with own, self._all:
            yield
