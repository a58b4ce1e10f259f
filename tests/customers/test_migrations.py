"""The database comes to the tables of today, whoever asks for it and how often."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import DirectoryError, open_engine, writing
from resolvers.customers.migrations import migrate
from resolvers.customers.tables import metadata
from tests.customers.remote import Remote


async def _tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_lead_to_the_tables(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)

    assert differences == []


async def test_migrating_twice_is_migrating_once(engine: AsyncEngine) -> None:
    await migrate(engine)

    assert await _tables(engine) == {"alembic_version", *metadata.tables}


async def test_processes_that_start_at_once_migrate_once(empty_engine: AsyncEngine) -> None:
    others = [open_engine(empty_engine.url.render_as_string(hide_password=False)) for _ in range(3)]

    await asyncio.gather(*(migrate(engine) for engine in (empty_engine, *others)))

    assert await _tables(empty_engine) == {"alembic_version", *metadata.tables}
    for engine in others:
        await engine.dispose()


async def test_who_opens_a_new_file_waits_for_whoever_is_at_it(tmp_path: Path) -> None:
    file = tmp_path / "directory.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, other.close).start()
    engine = open_engine(f"sqlite+aiosqlite:///{file}")

    await migrate(engine)

    assert await _tables(engine) == {"alembic_version", *metadata.tables}
    await engine.dispose()


async def test_a_file_that_cannot_be_written_is_told_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, waits = tmp_path / "directory.db", list[float]()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE anything (at TEXT)")
    monkeypatch.setattr("resolvers.customers.engine.time.sleep", waits.append)
    monkeypatch.setattr("resolvers.customers.engine._LOCK_SECONDS", 1)
    engine = open_engine(f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true")

    with pytest.raises(DirectoryError, match="readonly"):
        await migrate(engine)

    assert waits == []
    await engine.dispose()


async def test_a_database_that_somebody_else_writes_to_is_told_apart_from_a_wrong_address(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.customers.engine._LOCK_SECONDS", 0.1)
    other = open_engine(engine.url.render_as_string(hide_password=False))

    async with writing(engine):
        with pytest.raises(DirectoryError, match=r"another writer for 0\.1 s\. Start again when that one is done\."):
            await migrate(other)

    await other.dispose()


async def test_a_database_of_a_newer_version_is_left_alone(engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DirectoryError, match="belongs to a newer version"):
        await migrate(engine)


async def test_a_migration_that_fails_leaves_nothing_behind(empty_engine: AsyncEngine) -> None:
    async with writing(empty_engine) as connection:
        await connection.execute(text("CREATE TABLE indexed_invoices (other TEXT)"))

    with pytest.raises(DirectoryError, match="indexed_invoices"):
        await migrate(empty_engine)

    assert await _tables(empty_engine) == {"indexed_invoices"}


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_a_database_that_has_not_every_letter_is_told_before_a_name_is_lost(
    postgresql_url: str, encoding: str
) -> None:
    name = f"invoice_graph_{uuid.uuid4().hex}"
    here, there = open_engine(postgresql_url), open_engine(postgresql_url.rpartition("/")[0] + f"/{name}")
    async with here.connect() as connection:
        made = f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'"
        await connection.exec_driver_sql(made)
        try:
            with pytest.raises(DirectoryError, match=f"holds {encoding}, .+ Make one with ENCODING 'UTF8'"):
                await migrate(there)
        finally:
            await there.dispose()
            await connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    await here.dispose()


async def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    engine = open_engine("postgresql+asyncpg://reader:hunter2@127.0.0.1:1/invoices")

    with pytest.raises(
        DirectoryError,
        match=r"127\.0\.0\.1:1/invoices cannot be used: .+ Check directory\.url, and the disk or server there\.",
    ) as raised:
        await migrate(engine)

    assert "hunter2" not in str(raised.value)
    await engine.dispose()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and there are many of them. " * 100)
    engine = open_engine(f"sqlite+aiosqlite:///{path}")

    with pytest.raises(DirectoryError, match=r"notes\.txt cannot be used: file is not a database"):
        await migrate(engine)

    await engine.dispose()


async def test_a_server_that_falls_silent_meanwhile_is_not_waited_for_without_end(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.customers.engine._STATEMENT_SECONDS", 0.2)
    engine = open_engine(remote.engine.url.render_as_string(hide_password=False))

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def fall_silent(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "SHOW server_encoding":
            remote.fall_silent()

    with pytest.raises(DirectoryError, match="no answer in time"):
        async with asyncio.timeout(30):
            await migrate(engine)

    remote.sound()
    await engine.dispose()
