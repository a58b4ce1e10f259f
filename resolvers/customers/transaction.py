"""One transaction that writes to the directory, while somebody waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.engine import writing
from resolvers.customers.outage import in_time

T = TypeVar("T")

_SHARE_FOR_THE_LOCK = 0.9

LONGEST_TERM = timedelta(minutes=6)
"""More than any operation has. What is held until later was written by a clock that was wrong, and is over."""


async def written(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[T]], patience: float) -> T:
    """What the work gives in a transaction of its own. Its turn must come in most of the `patience` seconds.

    Raises DirectoryUnavailable where all of it takes longer, or cannot be.
    """
    return await in_time(_transaction(engine, work, _SHARE_FOR_THE_LOCK * patience), patience)


async def _transaction(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[T]], lock_seconds: float) -> T:
    async with writing(engine, lock_seconds) as connection:
        return await work(connection)
