"""What becomes of a database that is away, broken or silent: one error of ours, and nobody waits for it for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from resolvers.model.errors import DirectoryUnavailable

T = TypeVar("T")

_left: set[asyncio.Future[Any]] = set()


@contextmanager
def outages_told() -> Iterator[None]:
    """Raises DirectoryUnavailable for what the database cannot do, its words in `detail`. Wrong values stay faults."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, NoConnectionFree, OSError, PostgresError, InterfaceError) as error:
        # asyncpg lets the socket's own errors through, and a time-out of its own without a word
        raise DirectoryUnavailable(str(getattr(error, "orig", None) or error) or "no answer in time") from error


async def in_time(work: Awaitable[T], seconds: float) -> T:
    """What comes of the work. Raises DirectoryUnavailable when it takes longer.

    Who has waited so long, or is cancelled, waits no more. The work is cancelled, and gives its connection back when
    the driver has taken leave of a silent server, which takes it two seconds, or SQLite's thread is done.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if task.done():
            _hear(task)  # who waits may be cancelled just now
        else:
            _leave(task)
    if not task.done():
        raise DirectoryUnavailable(f"no answer within {seconds:.3g} s")
    return task.result()


def _leave(task: asyncio.Future[T]) -> None:
    task.cancel()
    _left.add(task)  # the loop itself keeps no task alive
    task.add_done_callback(_hear)


def _hear(task: asyncio.Future[Any]) -> None:
    """Takes a failure that nobody waits for, so that the loop does not report it as lost."""
    _left.discard(task)
    if not task.cancelled():
        task.exception()
