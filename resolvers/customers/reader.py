"""How the directory's database is read: a file by SQLite itself in a thread, any other through the engine as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Executable, Row, event
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import is_file, open_file
from resolvers.customers.outage import in_time, outages_told

Rows = Sequence[Row[Any]]
Read = Callable[[Executable, Mapping[str, str] | None], Awaitable[Rows]]
"""Gives all rows of a statement with its parameters. Raises DirectoryUnavailable, at the latest after 10 seconds."""

_MOST_THREADS = 5
_MOST_CONNECTIONS = 10
"""Of the engine's fifteen: one listens, and who writes does not wait for those who read."""
_SECONDS = 10.0


def reader_of(engine: AsyncEngine) -> Read:
    """What reads the database that `open_engine` opened; it is closed with the engine."""
    return _FileReader(engine).rows if is_file(engine) else _Reader(engine).rows


class _Reader:
    """Has reads wait in turn: in the pool's own queue, whom a newcomer forestalls goes to the end, and is refused."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)

    async def rows(self, statement: Executable, parameters: Mapping[str, str] | None) -> Rows:
        with outages_told():
            return await in_time(self._read(statement, parameters), _SECONDS)

    async def _read(self, statement: Executable, parameters: Mapping[str, str] | None) -> Rows:
        async with self._places, self._engine.connect() as connection:
            rows: Rows = (await connection.execute(statement, parameters)).all()
        return rows


class _FileReader:
    """Goes to a thread and back once for a statement. The engine does so four times, with greenlets in between."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._file = open_file(engine.url)
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="directory")
        event.listen(engine.sync_engine, "engine_disposed", self._close)

    async def rows(self, statement: Executable, parameters: Mapping[str, str] | None) -> Rows:
        reading = asyncio.get_running_loop().run_in_executor(self._threads, self._read, statement, parameters)
        with outages_told():
            return await in_time(reading, _SECONDS)

    def _read(self, statement: Executable, parameters: Mapping[str, str] | None) -> Rows:
        with self._file.connect() as connection:
            return connection.execute(statement, parameters).all()

    def _close(self, _: object) -> None:
        self._threads.shutdown(wait=False)
        self._file.dispose()
