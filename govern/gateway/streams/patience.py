"""How long the headers of a streamed answer wait for its first event.

A provider's early refusal keeps its own status, and a fallback its name in the headers, as long as nothing was sent. After `PATIENCE_S`,
or as soon as the provider gives a sign of life, the headers leave, and what goes wrong later is an event of the stream.
"""

import asyncio
from typing import Any

PATIENCE_S = 10.0


class Patience:
    """Waits for a task for so long, or until `wake` is called."""

    __slots__ = ("_loop", "_turn")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._turn: asyncio.Future[None] = self._loop.create_future()

    def wake(self, _: object = None) -> None:
        """Waits no longer."""
        if not self._turn.done():
            self._turn.set_result(None)

    async def wait(self, task: "asyncio.Task[Any]") -> bool:
        """Whether the task has ended; it goes on if it has not. A waiter that is cancelled takes the task with it."""
        timer = self._loop.call_later(PATIENCE_S, self.wake)
        task.add_done_callback(self.wake)
        try:
            await self._turn
        except asyncio.CancelledError:
            await end_task(task)
            raise
        finally:
            timer.cancel()
            task.remove_done_callback(self.wake)
        return task.done()


async def end_task(task: "asyncio.Task[Any]") -> None:
    """Cancels a task and waits until it has ended, whatever comes of it."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # looked at, so that nobody is told that it was not
