"""Whether the directory answers now: found out by a question, and for a file by a look at the one that is there."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import close_engine, is_file, open_aside
from resolvers.customers.outage import in_time, outages_told
from resolvers.customers.reader import reader_of
from resolvers.customers.tables import customers_table
from resolvers.model.errors import DirectoryUnavailable

_log = structlog.get_logger("invoice_graph.customers")

_SECONDS = 1.0
_ANY = select(customers_table.c.id).limit(1)


class Readiness:
    """Of a database that `migrate` has seen: its file is the one that is there when this is made.

    A server is asked on a connection of its own: behind all who wait for one of the engine's, a busy process would be
    taken for one without a directory.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._aside = open_aside(engine)
        self._look: Callable[[], Awaitable[object]] = (
            partial(asyncio.to_thread, _File(engine).look)
            if is_file(engine)
            else partial(reader_of(self._aside or engine), _ANY, None)
        )
        self._held = True

    async def holds(self) -> bool:
        """Whether a row can be read within a second. The log says why not, when that begins: anybody may ask."""
        try:
            with outages_told():
                await in_time(self._look(), _SECONDS)
        except (DirectoryUnavailable, sqlite3.Error) as error:
            if self._held:
                _log.warning("directory not ready", reason=getattr(error, "detail", None) or str(error))
            self._held = False
        else:
            self._held = True
        return self._held

    async def aclose(self) -> None:
        """Lets go of the connection."""
        if self._aside is not None:
            await close_engine(self._aside)


class _File:
    """A file that was deleted, or another one in its place, goes unnoticed by the connections that have it open."""

    def __init__(self, engine: AsyncEngine) -> None:
        [self._name], options = engine.dialect.create_connect_args(engine.url)
        self._is_uri = bool(options.get("uri"))
        self._path = Path(unquote(urlsplit(self._name).path) if self._is_uri else self._name)  # as SQLite reads it
        self._inode = self._found()

    def look(self) -> None:
        """Reads a row through a connection of its own. Raises OSError and sqlite3.Error."""
        if self._found() != self._inode:
            raise OSError(f"{self._path} is another file than at the start; start the gateway anew")
        with closing(sqlite3.connect(self._name, timeout=0, uri=self._is_uri)) as connection:
            connection.execute(str(_ANY.compile(compile_kwargs={"literal_binds": True}))).fetchall()

    def _found(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_dev, status.st_ino
