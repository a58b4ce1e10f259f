"""Reading the database: all rows of a statement at once, in a thread where it is a file, as long as its engine."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import open_engine
from resolvers.customers.reader import reader_of

COUNT = text("SELECT count(*) AS n FROM customers WHERE id > :after")


async def test_all_rows_come_with_their_names(engine: AsyncEngine) -> None:
    [row] = await reader_of(engine)(COUNT, {"after": "C-1"})

    assert row.n == 0


async def test_a_failure_is_the_librarys_on_every_database(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError):
        await reader_of(engine)(text("SELECT nothing FROM nowhere"), None)


async def test_many_read_at_once(engine: AsyncEngine) -> None:
    read = reader_of(engine)

    answers = await asyncio.gather(*(read(COUNT, {"after": ""}) for _ in range(50)))

    assert [row.n for [row] in answers] == [0] * 50


@pytest.mark.filterwarnings("ignore:Selection of the StaticPool")  # a later SQLAlchemy chooses another
@pytest.mark.parametrize("address", ["", "/:memory:", "/file:directory?mode=memory&uri=true"])
async def test_a_database_in_memory_is_read_where_it_is_written(address: str) -> None:
    engine = open_engine(f"sqlite+aiosqlite://{address}")
    async with engine.connect() as connection:
        await connection.execute(text("CREATE TABLE customers (id TEXT)"))

    [row] = await reader_of(engine)(COUNT, {"after": ""})
    await engine.dispose()

    assert row.n == 0


async def test_a_file_is_read_beside_the_loop_and_let_go_with_the_engine(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}")
    read, threads, closed = reader_of(engine), set[str](), list[object]()
    file = read.__self__._file  # type: ignore[attr-defined]
    event.listen(file, "before_cursor_execute", lambda *_: threads.add(threading.current_thread().name))
    event.listen(file, "close", lambda connection, _: closed.append(connection))

    await read(text("SELECT 1"), None)
    await engine.dispose()

    assert len(closed) == 1
    assert [name.startswith("directory") for name in threads] == [True]
