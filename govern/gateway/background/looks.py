"""One look at the database for all who wait in this process until something happens to background responses.

Who follows a response, and who runs one and may have to stop, would each ask twice a second over the one connection that kept responses
have: an application with some hundred streams would hold up everybody's.
"""

import asyncio
from typing import TYPE_CHECKING

from govern.gateway.background import states
from govern.gateway.background.states import Progress

if TYPE_CHECKING:
    from govern.gateway.responses.conversations import Conversations

LOOK_EVERY_S = 0.5


class Looks:
    """Looks while anybody waits."""

    def __init__(self, conversations: "Conversations") -> None:
        self._conversations = conversations
        self._waiting: dict[str, asyncio.Future[Progress | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def next(self, call_id: str) -> Progress | None:
        """How far a response is at the next look; None of one that was deleted. Raises `AuditUnavailable`."""
        waiting = self._waiting.get(call_id)
        if waiting is None:
            waiting = self._waiting[call_id] = asyncio.get_running_loop().create_future()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(waiting)

    def stop(self) -> None:
        """Looks no more."""
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            waiting, self._waiting = self._waiting, {}
            if not waiting:
                return
            try:
                async with self._conversations.connection() as connection:
                    found = await states.find_all(connection, list(waiting))
            except Exception as error:
                for future in waiting.values():
                    future.set_exception(error)
                    future.exception()  # whoever waited may have gone
            else:
                for call_id, future in waiting.items():
                    future.set_result(found.get(call_id))
