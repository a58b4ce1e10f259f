"""Connections to the directory's database: SQLite for one machine, PostgreSQL by URL."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import structlog
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from resolvers.customers.database_url import POSTGRESQL, UnusableUrl, names_file, read_url
from resolvers.customers.outage import in_time, outages_told
from resolvers.model.errors import DirectoryBusy, DirectoryUnavailable

_log = structlog.get_logger("invoice_graph.customers")

_LOCK_SECONDS = 30
_TURN_SECONDS = 0.005
_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 300
"""What takes PostgreSQL longer has no answer: the longest puts all that a crawl found into the index."""
_CLOSING_SECONDS = 1.0
_SQLITE: Mapping[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "hide_parameters": True,
    "connect_args": {"timeout": _LOCK_SECONDS},
}

REMEDY = "Check directory.url, and the disk or server there."


class DirectoryError(Exception):
    """The directory's database cannot be used; the message says why and what would do, and holds no password."""


class _Writing(NamedTuple):
    """How to write alone: `patience` is the statement before that says how many milliseconds to wait for that."""

    isolation_level: str
    patience: str
    lock: str


CHANNEL = "invoice_graph_directory"
"""Where PostgreSQL tells of every commit by `writing`."""

# One writer at a time in either database. SQLite's write lock is taken at once, for a reader that turns writer half-way
# would be refused; PostgreSQL's is an advisory one under a number of our own, let go with the transaction, and the
# same statement has the commit told to whoever listens.
_WRITING = {
    "sqlite": _Writing("SERIALIZABLE", "PRAGMA busy_timeout = {}", "BEGIN IMMEDIATE"),
    "postgresql": _Writing(
        "READ COMMITTED",
        "SET LOCAL lock_timeout = {}",
        f"SELECT pg_advisory_xact_lock(4993184026715), pg_notify('{CHANNEL}', '')",
    ),
}
_LOCK_NOT_AVAILABLE = "55P03"


def open_engine(url: str) -> AsyncEngine:
    """The engine of `directory.url`. Connects when first used; its owner disposes of it. Raises DirectoryError.

    Connections start in autocommit, so that a read is one statement on the wire, without BEGIN and ROLLBACK around it.
    """
    parsed = _parse(url)
    if parsed.drivername == POSTGRESQL:
        return _on_server(parsed)
    if names_file(parsed):
        _try_file(parsed)
    engine = create_async_engine(parsed, **_SQLITE)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def open_aside(engine: AsyncEngine) -> AsyncEngine | None:
    """Another engine on the same server, with one connection that nobody else waits for; None where there is no server.

    Its owner disposes of it.
    """
    return _on_server(engine.url, pool_size=1, max_overflow=0) if engine.url.drivername == POSTGRESQL else None


def is_file(engine: AsyncEngine) -> bool:
    """Whether the database is a file of SQLite's, which another engine sees, too."""
    return engine.dialect.name == "sqlite" and names_file(engine.url)


def open_file(url: URL) -> Engine:
    """An engine for threads, on the file of an engine that `open_engine` opened."""
    engine = create_engine(url.set(drivername="sqlite"), **_SQLITE)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


async def close_engine(engine: AsyncEngine) -> None:
    """Lets go of all connections, for a second; a server that is silent is left without a word."""
    try:
        await in_time(engine.dispose(), _CLOSING_SECONDS)
    except DirectoryUnavailable as error:
        logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # which tells of the cut as a fault
        _log.warning("directory not closed", reason=error.detail)


@asynccontextmanager
async def writing(engine: AsyncEngine, seconds: float | None = None) -> AsyncIterator[AsyncConnection]:
    """A transaction that alone may write, in this process and all others; waits so long for its turn (30 s).

    Raises DirectoryBusy where that does not come, else DirectoryUnavailable.
    """
    isolation_level, patience, lock = _WRITING[engine.dialect.name]
    milliseconds = max(1, int(1000 * (_LOCK_SECONDS if seconds is None else seconds)))  # 0: PostgreSQL waits for ever
    with outages_told():
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level=isolation_level)
            async with connection.begin():
                await connection.exec_driver_sql(patience.format(milliseconds))
                try:
                    await connection.exec_driver_sql(lock)
                except DBAPIError as error:
                    if _is_busy(error):
                        raise DirectoryBusy(f"another writer for {milliseconds / 1000:.3g} s") from error
                    raise
                yield connection


def _on_server(url: URL, **pool: int) -> AsyncEngine:
    return create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": _STATEMENT_SECONDS,
            "prepared_statement_name_func": _statement_name,
        },
        **pool,
    )


def _statement_name() -> str:
    """One that no other process gives.

    The driver counts from 1. A pooler that hands a session on to other processes lets one run what another prepared.
    """
    return f"invoice_graph_{uuid.uuid4().hex}"


def _is_busy(error: DBAPIError) -> bool:
    of_sqlite = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return of_sqlite or getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def _parse(url: str) -> URL:
    try:
        return read_url(url)
    except UnusableUrl as error:
        raise DirectoryError(f"directory.url {error}") from None


def _try_file(url: URL) -> None:
    """Finds out here what is wrong with the file: a thread of aiosqlite that fails to open it dies with a traceback.

    A new one is for its owner alone, and so is what SQLite puts beside it: there are names and addresses in them.
    """
    (name,), options = url.get_dialect()().create_connect_args(url)  # as the driver will: with the address's parameters
    must_exist = url.query.get("mode") in ("ro", "rw")
    remedy = "It must exist, or mode=rwc makes it." if must_exist else "Its folder must exist and be writable."
    mask = os.umask(0o077)
    try:
        sqlite3.connect(name, **options).close()
    except sqlite3.Error as error:
        raise DirectoryError(
            f"directory.url names the file {url.database}, which will not open: {error}. {remedy}"
        ) from None
    finally:
        os.umask(mask)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Readers do not wait for the writer (WAL), references hold, and a commit outlives a power cut."""
    cursor = connection.cursor()
    _turn_to_wal(cursor)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _turn_to_wal(cursor: DBAPICursor) -> None:
    """Waits for whoever writes a new file at the same moment: SQLite waits for all other locks, not for this one."""
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_TURN_SECONDS)
        else:
            return
