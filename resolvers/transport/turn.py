"""One's turn at what only some may have at once: waited for as long as the operation has time."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from resolvers.model.operation import Operation


async def is_acquired(lock: asyncio.Lock | asyncio.Semaphore, operation: Operation) -> bool:
    """Whether the lock is ours. False at the operation's deadline, which moves on where a more patient one joins it."""
    if not lock.locked():
        return await lock.acquire()
    while seconds := operation.remaining_seconds():
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await lock.acquire()
    return False
