"""The revision changes with every commit, whoever makes it; on both databases, in however many processes."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.cached_directory import CachedDirectory
from resolvers.customers.directory import SqlDirectory
from resolvers.customers.engine import open_engine, writing
from resolvers.customers.migrations import migrate
from resolvers.customers.revision import Revision, _Listener, is_exact, revision_of
from tests.conftest import ROOT
from tests.customers.loading import Load
from tests.customers.remote import Remote

CUSTOMERS = "id,name\nC-1,Ada\n"
OTHER_PROCESS = """
import asyncio, sys
from sqlalchemy import text
from resolvers.customers.engine import open_engine, writing

async def main():
    engine = open_engine(sys.argv[1])
    async with writing(engine) as connection:
        await connection.execute(text("UPDATE customers SET name = 'Ada of another process'"))
    await engine.dispose()

asyncio.run(main())
"""


@asynccontextmanager
async def known(engine: AsyncEngine) -> AsyncIterator[Revision]:
    """The revision, as soon as there is one."""
    async with revision_of(engine) as revision:
        await changed(revision, None)
        yield revision


async def changed(revision: Revision, before: int | None) -> int | None:
    """The revision once it is another one."""
    async with asyncio.timeout(20):
        while revision() == before:  # noqa: ASYNC110  # the database tells the program, and the program nobody
            await asyncio.sleep(0.01)
    return revision()


async def give_up_writing(engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        await connection.execute(text("DELETE FROM customers"))
        raise LookupError


async def test_an_exact_one_tells_at_once_what_somebody_wrote_by_hand(engine: AsyncEngine, load: Load) -> None:
    await load(customers=CUSTOMERS)
    async with known(engine) as revision:
        before = revision()

        async with engine.begin() as connection:
            await connection.execute(text("UPDATE customers SET name = 'Ada by hand'"))

        assert (revision() != before) is is_exact(engine)


async def test_it_stays_as_long_as_nobody_writes(engine: AsyncEngine, load: Load) -> None:
    await load(customers=CUSTOMERS)
    async with known(engine) as revision:
        before = revision()

        async with engine.connect() as connection:
            await connection.execute(text("SELECT * FROM customers"))

        assert revision() == before


async def test_every_commit_of_this_process_changes_it(engine: AsyncEngine, load: Load) -> None:
    async with known(engine) as revision:
        seen = {before := revision()}
        for number in range(3):
            await load(customers=f"id,name\nC-1,Ada {number}\n")
            before = await changed(revision, before)
            seen.add(before)

    assert len(seen) == 4


async def test_what_is_rolled_back_does_not_change_it(engine: AsyncEngine, load: Load) -> None:
    await load(customers=CUSTOMERS)
    async with known(engine) as revision:
        before = revision()

        with pytest.raises(LookupError):
            await give_up_writing(engine)

        assert revision() == before


async def test_a_cached_directory_sees_what_another_process_wrote(
    engine: AsyncEngine, directory: SqlDirectory, load: Load
) -> None:
    await load(customers=CUSTOMERS)
    url = engine.url.render_as_string(hide_password=False)
    async with known(engine) as revision:
        cached = CachedDirectory(directory, revision, seconds=3_600)
        before = (revision(), (await cached.customers(["C-1"]))["C-1"].customer.name)

        process = await asyncio.create_subprocess_exec(sys.executable, "-c", OTHER_PROCESS, url, cwd=ROOT)
        assert await process.wait() == 0
        await changed(revision, before[0])

        assert before[1] == "Ada"
        assert (await cached.customers(["C-1"]))["C-1"].customer.name == "Ada of another process"


async def test_kept_rows_cost_no_statement_until_somebody_writes(
    engine: AsyncEngine, directory: SqlDirectory, load: Load, statements: list[str]
) -> None:
    await load(customers=CUSTOMERS)
    async with known(engine) as revision:
        cached = CachedDirectory(directory, revision, seconds=3_600)
        statements.clear()

        for _ in range(5):
            await cached.customers(["C-1"])

    assert len(statements) == 1


async def test_sqlite_tells_at_once_also_of_what_was_written_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "directory.db"
    engine = open_engine(f"sqlite+aiosqlite:///{file}")
    await migrate(engine)
    async with revision_of(engine) as revision:
        before = revision()
        with sqlite3.connect(file) as by_hand:
            by_hand.execute("INSERT INTO customers (id, search_text) VALUES ('C-1', 'c-1')")
        told_later = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: told_later.set_result(revision()))  # as a request comes to work
        within_the_turn, after = revision(), await told_later
        by_hand.close()

    assert before is not None
    assert after is not None
    assert after != before
    assert within_the_turn == before  # asked once in a turn of the loop
    await engine.dispose()


async def test_a_writer_at_work_keeps_nobody_waiting_for_the_revision(engine: AsyncEngine, load: Load) -> None:
    await load(customers=CUSTOMERS)
    async with known(engine) as revision:
        before = revision()
        async with writing(engine) as connection:
            await connection.execute(text("UPDATE customers SET name = 'Bram'"))

            assert revision() == before


@pytest.mark.filterwarnings("ignore:Selection of the StaticPool")  # a later SQLAlchemy chooses another
@pytest.mark.parametrize("address", ["", "/file:directory?mode=memory&uri=true"])
async def test_a_database_in_memory_has_none(address: str) -> None:
    engine = open_engine(f"sqlite+aiosqlite://{address}")

    async with revision_of(engine) as revision:
        assert revision() is None

    await engine.dispose()


async def test_who_lost_the_connection_that_listens_knows_of_none_and_comes_back(
    postgresql_url: str,
) -> None:
    engine = open_engine(postgresql_url)
    async with known(engine) as revision:
        before = revision()
        async with engine.connect() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )

        assert await changed(revision, before) is None
        assert await changed(revision, None) != before
    await engine.dispose()


async def test_a_line_that_was_cut_without_a_word_is_noticed_and_found_again(remote: Remote) -> None:
    listener = _Listener(remote.engine, look_seconds=0.2)
    listening = asyncio.create_task(listener.listen())
    before = await changed(lambda: listener.revision, None)
    remote.fall_silent()

    assert await changed(lambda: listener.revision, before) is None
    remote.sound()
    assert await changed(lambda: listener.revision, None) != before

    listening.cancel()
    await asyncio.wait({listening})
