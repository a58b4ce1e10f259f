"""Waits for what others have to do first, as long as the operation has time.

Its deadline may move on meanwhile, where a more patient one joins it: it is looked at again when it has come.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from resolvers.model.operation import Operation


async def is_acquired(lock: asyncio.Lock | asyncio.Semaphore, operation: Operation) -> bool:
    """Whether the lock is ours. False at the operation's deadline."""
    if not lock.locked():
        return await lock.acquire()
    while seconds := operation.remaining_seconds():
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await lock.acquire()
    return False


async def is_done(task: asyncio.Future[Any], operation: Operation) -> bool:
    """Whether the task is done, which goes on in any case. False at the operation's deadline."""
    while not task.done() and (seconds := operation.remaining_seconds()):
        await asyncio.wait({task}, timeout=seconds)
    return task.done()
