"""Waiting for what another request is still at, here or in another process: by asking again, ever more slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from resolvers.model.operation import Operation

T = TypeVar("T")

_FIRST_WAIT_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 0.5


async def settled(ask: Callable[[], Awaitable[T]], is_settled: Callable[[T], bool], operation: Operation) -> T:
    """The first answer that is settled; the last one, which is not, when the operation's time is over."""
    wait = _FIRST_WAIT_SECONDS
    while True:
        answer = await ask()
        if is_settled(answer) or operation.remaining_seconds() <= 2 * wait:  # to ask takes time, too
            return answer
        await asyncio.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
