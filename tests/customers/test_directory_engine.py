"""Connections: which URLs will do, and one writer at a time beside any number of readers."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers import outage
from resolvers.customers.engine import DirectoryError, close_engine, open_engine, writing
from resolvers.customers.tables import accounts_table, customers_table
from resolvers.model.errors import DirectoryBusy
from tests.customers.remote import Remote


@pytest.mark.parametrize(
    "url",
    [
        "",
        "invoices.db",
        "sqlite:///invoices.db",
        "postgresql://host/invoices",
        "postgresql+asyncpg://u:hunter2@host:port/invoices",
        "mysql+aiomysql://u:hunter2@host/invoices",
        "sqlite+aiosqlite://invoices.db",
    ],
)
def test_a_url_that_will_not_do_is_refused_with_the_ones_that_will(url: str) -> None:
    with pytest.raises(
        DirectoryError, match=r"directory\.url .* Write .*(sqlite\+aiosqlite|postgresql\+asyncpg)://"
    ) as raised:
        open_engine(url)

    assert "hunter2" not in str(raised.value)


async def test_the_word_of_other_clients_for_tls_will_do() -> None:
    engine = open_engine("postgresql+asyncpg://u@host/invoices?sslmode=require")

    _, arguments = engine.dialect.create_connect_args(engine.url)
    await engine.dispose()

    assert arguments["ssl"] == "require"
    assert "sslmode" not in arguments


def test_a_file_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=r"missing/file\.db, which will not open: .* Its folder must exist"):
        open_engine(f"sqlite+aiosqlite:///{tmp_path}/missing/file.db")


@pytest.mark.parametrize("mode", ["ro", "rw"])
def test_a_file_that_must_be_there_is_not_made(tmp_path: Path, mode: str) -> None:
    with pytest.raises(DirectoryError, match=r"typo\.db, which will not open: .* mode=rwc"):
        open_engine(f"sqlite+aiosqlite:///file:{tmp_path}/typo.db?mode={mode}&uri=true")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("parameter", ["mode=banana", "mode=ro&mode=rw", "cache=banana", "vfs=banana"])
def test_a_parameter_that_sqlite_would_refuse_is_told_before_anything_is_made(tmp_path: Path, parameter: str) -> None:
    with pytest.raises(DirectoryError, match=r"directory\.url "):
        open_engine(f"sqlite+aiosqlite:///file:{tmp_path}/x.db?{parameter}&uri=true")

    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def generous_umask() -> Iterator[None]:
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.mark.usefixtures("generous_umask")
@pytest.mark.parametrize("address", ["{}", "file:{}?mode=rwc&uri=true"])
async def test_a_new_file_is_its_owners_alone_and_so_is_what_sqlite_puts_beside_it(
    tmp_path: Path, address: str
) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{address.format(tmp_path / 'directory.db')}")
    async with writing(engine) as connection:
        await connection.execute(text("CREATE TABLE t (n)"))
        modes = _modes(tmp_path)
    await engine.dispose()

    assert modes == dict.fromkeys(("directory.db", "directory.db-shm", "directory.db-wal"), 0o600)


async def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "directory.db"
    file.touch()
    file.chmod(0o640)

    await open_engine(f"sqlite+aiosqlite:///{file}").dispose()

    assert _modes(tmp_path) == {"directory.db": 0o640}


async def test_writers_wait_for_each_other_and_readers_for_none(engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        await connection.execute(insert(customers_table).values(id="C-1", search_text="c-1"))
        waiting = asyncio.create_task(_add(engine, "C-2"))
        seen_before = await _ids(engine)
        assert not waiting.done()
    await waiting

    assert seen_before == []
    assert await _ids(engine) == ["C-1", "C-2"]


async def test_a_silent_server_is_left_without_a_word_and_without_a_traceback(
    remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    async with remote.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    remote.fall_silent()

    with structlog.testing.capture_logs() as logged:
        async with asyncio.timeout(30):
            await close_engine(remote.engine)
            await asyncio.gather(*outage._left, return_exceptions=True)

    assert [line["event"] for line in logged] == ["directory not closed"]
    assert caplog.records == []
    logging.getLogger("sqlalchemy.pool").setLevel(logging.NOTSET)


async def test_whose_turn_does_not_come_is_told_that_somebody_else_writes(engine: AsyncEngine) -> None:
    other = open_engine(engine.url.render_as_string(hide_password=False))
    async with writing(engine):
        with pytest.raises(DirectoryBusy, match="somebody else") as raised:
            async with writing(other, 0.1):
                pass
    async with writing(other, 0.1):
        pass
    await other.dispose()

    assert raised.value.detail == "another writer for 0.1 s"


async def test_a_failed_transaction_writes_nothing(engine: AsyncEngine) -> None:
    with pytest.raises(IntegrityError):
        await _add(engine, "C-1", "C-1")

    assert await _ids(engine) == []


async def test_an_account_needs_its_customer(engine: AsyncEngine) -> None:
    with pytest.raises(IntegrityError):
        async with writing(engine) as connection:
            await connection.execute(insert(accounts_table).values(source="shop", key="1", customer_id="nobody"))


async def test_an_error_of_the_database_does_not_quote_the_values(engine: AsyncEngine) -> None:
    with pytest.raises(IntegrityError) as raised:
        async with writing(engine) as connection:
            await connection.execute(
                insert(accounts_table).values(source="shop", key="1", customer_id="nobody", secret="hunter2")
            )

    assert "hunter2" not in str(raised.value)


_PREPARED = """
import asyncio, sys
from sqlalchemy import text
from resolvers.customers.engine import open_engine

async def prepared():
    async with open_engine(sys.argv[1]).connect() as connection:
        await connection.execute(text("SELECT :number + 1"), {"number": 1})
        print(*(await connection.execute(text("SELECT name FROM pg_prepared_statements"))).scalars())

asyncio.run(prepared())
"""


def test_two_processes_in_one_session_of_a_pooler_run_their_own_statements(postgresql_url: str) -> None:
    def names() -> set[str]:
        run = subprocess.run(
            [sys.executable, "-c", _PREPARED, postgresql_url], capture_output=True, text=True, check=True
        )
        return set(run.stdout.split())

    one, other = names(), names()

    assert one
    assert not one & other


async def test_a_read_opens_no_transaction(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        driver = (await connection.get_raw_connection()).driver_connection

        assert driver is not None
        is_open = driver.in_transaction if engine.dialect.name == "sqlite" else driver.is_in_transaction()

    assert not is_open


async def _add(engine: AsyncEngine, *ids: str) -> None:
    async with writing(engine) as connection:
        for id_ in ids:
            await connection.execute(insert(customers_table).values(id=id_, search_text=""))


async def _ids(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list(await connection.scalars(select(customers_table.c.id).order_by(customers_table.c.id)))


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
