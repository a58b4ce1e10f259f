"""Reading the database: all rows of a statement at once, in a thread where it is a file, as long as its engine."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers import outage
from resolvers.customers.engine import open_engine
from resolvers.customers.reader import reader_of
from resolvers.model.errors import DirectoryUnavailable
from tests.customers.remote import Remote

_HANGS_SECONDS = 30
COUNT = text("SELECT count(*) AS n FROM customers WHERE id > :after")


async def test_all_rows_come_with_their_names(engine: AsyncEngine) -> None:
    [row] = await reader_of(engine)(COUNT, {"after": "C-1"})

    assert row.n == 0


async def test_a_failure_is_the_directorys_on_every_database_and_says_why(engine: AsyncEngine) -> None:
    with pytest.raises(DirectoryUnavailable) as raised:
        await reader_of(engine)(text("SELECT id FROM nowhere"), None)

    assert "nowhere" in raised.value.detail
    assert "nowhere" not in raised.value.message


async def test_a_silent_database_is_waited_for_no_longer_than_it_may_be(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reader_of(remote.engine)
    await read(text("SELECT 1"), None)
    monkeypatch.setattr("resolvers.customers.reader._SECONDS", 0.2)
    remote.fall_silent()

    with pytest.raises(DirectoryUnavailable):
        async with asyncio.timeout(_HANGS_SECONDS):
            await read(text("SELECT 1"), None)


async def test_who_leaves_a_silent_database_takes_no_connection_along(remote: Remote) -> None:
    read = reader_of(remote.engine)
    await read(text("SELECT 1"), None)
    remote.fall_silent()
    leaving = asyncio.ensure_future(read(text("SELECT 1"), None))
    await asyncio.sleep(0.1)
    leaving.cancel()
    await asyncio.wait({leaving}, timeout=_HANGS_SECONDS)
    remote.sound()

    [row] = await read(text("SELECT 2"), None)
    await asyncio.gather(*outage._left, return_exceptions=True)

    assert leaving.cancelled()
    assert remote.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of its pool, not of every one
    assert row[0] == 2


async def test_a_read_of_a_file_that_nobody_waits_for_gives_its_connection_back(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}")
    read, at_work, go_on = reader_of(engine), threading.Event(), threading.Event()
    file = read.__self__._file  # type: ignore[attr-defined]  # the reader behind the function

    def wait(*_: object) -> None:
        at_work.set()
        go_on.wait(_HANGS_SECONDS)

    event.listen(file, "before_cursor_execute", wait)
    leaving = asyncio.ensure_future(read(text("SELECT 1"), None))
    await asyncio.to_thread(at_work.wait, _HANGS_SECONDS)
    leaving.cancel()
    await asyncio.wait({leaving})
    event.remove(file, "before_cursor_execute", wait)
    go_on.set()
    for _ in range(10):
        await read(text("SELECT 1"), None)

    assert leaving.cancelled()
    await asyncio.to_thread(_wait_until_free, file)
    await engine.dispose()


def _wait_until_free(file: Engine) -> None:
    until = time.monotonic() + _HANGS_SECONDS
    while file.pool.checkedout() and time.monotonic() < until:  # type: ignore[attr-defined]  # as above
        time.sleep(0.01)
    assert not file.pool.checkedout()  # type: ignore[attr-defined]  # as above


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
    file = read.__self__._file  # type: ignore[attr-defined]  # the reader behind the function
    event.listen(file, "before_cursor_execute", lambda *_: threads.add(threading.current_thread().name))
    event.listen(file, "close", lambda connection, _: closed.append(connection))

    await read(text("SELECT 1"), None)
    await engine.dispose()

    assert len(closed) == 1
    assert [name.startswith("directory") for name in threads] == [True]


async def test_the_threads_beside_the_loop_end_with_the_engine(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}")
    read, threads = reader_of(engine), list[threading.Thread]()
    file = read.__self__._file  # type: ignore[attr-defined]  # as above
    event.listen(file, "before_cursor_execute", lambda *_: threads.append(threading.current_thread()))
    await read(text("SELECT 1"), None)

    await engine.dispose()

    [thread] = threads
    await asyncio.to_thread(thread.join, _HANGS_SECONDS)
    assert not thread.is_alive()


async def test_who_writes_has_a_connection_however_many_read(postgresql_url: str) -> None:
    engine, other = open_engine(postgresql_url), open_engine(postgresql_url)
    read = reader_of(engine)
    async with other.connect() as holding:
        await holding.execute(text("SELECT pg_advisory_lock(20261122)"))
        reads = [asyncio.ensure_future(read(text("SELECT pg_advisory_xact_lock(20261122)"), None)) for _ in range(40)]
        waiting = text("SELECT count(*) FROM pg_locks, pg_sleep(0.01) WHERE locktype = 'advisory' AND NOT granted")
        while (await holding.execute(waiting)).scalar_one() < 10:
            pass

        async with engine.connect() as connection:
            written = (await connection.execute(text("SELECT 1"))).scalar_one()
        await holding.execute(text("SELECT pg_advisory_unlock(20261122)"))

    assert written == 1
    assert [len(rows) for rows in await asyncio.gather(*reads)] == [1] * 40
    await engine.dispose()
    await other.dispose()
