"""How a process learns that anybody wrote to the directory's database: itself, an import, or another replica."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress

import structlog
from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import CHANNEL, is_file

Revision = Callable[[], int | None]
"""A number that is another one as soon as somebody has written; None: at the moment nobody would tell."""

_log = structlog.get_logger("invoice_graph.customers")
_PAUSE_SECONDS = 1.0
_LOOK_SECONDS = 5.0


@asynccontextmanager
async def revision_of(engine: AsyncEngine) -> AsyncIterator[Revision]:
    """The revision of a database that `open_engine` opened.

    SQLite's is exact. PostgreSQL's follows a commit by `writing` within milliseconds, and hears of no other.
    """
    if is_exact(engine):
        with closing(_SqliteRevision(engine)) as reading:
            yield reading.now
        return
    listener = _Listener(engine)
    listening = asyncio.create_task(listener.listen())
    try:
        yield lambda: listener.revision
    finally:
        listening.cancel()
        await asyncio.wait({listening}, timeout=_PAUSE_SECONDS)  # a silent server is taken leave of for longer


def is_exact(engine: AsyncEngine) -> bool:
    """Whether the revision tells of every commit, before whatever is asked next: then nothing grows old."""
    return engine.dialect.name == "sqlite"


class _SqliteRevision:
    """Asks SQLite itself, which keeps count of all other connections' commits: once in a turn of the loop.

    It takes 6 µs, and waits for nobody. What comes after a commit is never told the number from before it: its task
    begins, or goes on, behind the callback that forgets the number, for the loop keeps callbacks in their order.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_told = False
        self._told: int | None = None
        [path], options = engine.dialect.create_connect_args(engine.url)
        is_uri = bool(options.get("uri"))
        self._connection: sqlite3.Connection | None = None
        if is_file(engine):  # no other connection sees one in memory
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, uri=is_uri)

    def now(self) -> int | None:
        """The revision; None where the file is locked or cannot be read."""
        if not self._is_told:
            self._told, self._is_told = self._read(), True
            self._loop.call_soon(self._forget)
        return self._told

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()

    def _read(self) -> int | None:
        if self._connection is None:
            return None
        try:
            [(revision,)] = self._connection.execute("PRAGMA data_version").fetchall()
        except sqlite3.Error:
            return None
        return int(revision)

    def _forget(self) -> None:
        self._is_told = False


class _Listener:
    """Counts what PostgreSQL tells of commits, on a connection of its own; comes back when that is lost.

    A line that was cut without a word, as by a firewall, is silent as if nobody wrote: it is asked now and then.
    """

    def __init__(self, engine: AsyncEngine, look_seconds: float = _LOOK_SECONDS) -> None:
        self._engine, self._look_seconds = engine, look_seconds
        self._heard = 0
        self.revision: int | None = None

    async def listen(self) -> None:
        """Listens until it is cancelled."""
        while True:
            try:
                await self._listen_once()
            except (SQLAlchemyError, OSError, PostgresError, InterfaceError) as error:
                _log.warning("directory not kept", reason=type(error).__name__)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        """Returns when the connection is lost."""
        lost = asyncio.Event()

        def lose(_connection: object) -> None:
            self.revision = None
            lost.set()

        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None  # noqa: S101  # it is connected
            driver.add_termination_listener(lose)
            try:
                await driver.add_listener(CHANNEL, self._hear)
                self._hear()
                while not await self._is_set(lost):
                    await driver.execute("SELECT 1", timeout=self._look_seconds)
            finally:
                self.revision = None
                await connection.invalidate()  # it goes back to no pool: it listens

    async def _is_set(self, lost: asyncio.Event) -> bool:
        """Whether the connection is lost by the time of the next look, or before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(lost.wait(), self._look_seconds)
        return lost.is_set()

    def _hear(self, *_: object) -> None:
        self._heard += 1
        self.revision = self._heard
