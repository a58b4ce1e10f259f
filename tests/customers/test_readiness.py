"""Whether the directory can be asked now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import open_engine
from resolvers.customers.migrations import migrate
from resolvers.customers.readiness import Readiness
from tests.customers.remote import Remote


async def test_a_database_with_its_tables_is_ready(engine: AsyncEngine) -> None:
    readiness = Readiness(engine)

    assert await readiness.holds()
    await readiness.aclose()


def delete(file: Path) -> None:
    file.unlink()


def overwrite(file: Path) -> None:
    file.write_bytes(b"no database " * 10_000)


def replace(file: Path) -> None:
    other = file.with_suffix(".other")
    other.write_bytes(file.read_bytes())
    other.replace(file)


@pytest.mark.parametrize("harm", [delete, overwrite, replace])
async def test_a_file_that_is_gone_or_another_one_is_not_ready(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    file = tmp_path / "directory.db"
    engine = open_engine(f"sqlite+aiosqlite:///{file}")
    await migrate(engine)
    async with engine.connect() as connection:
        await connection.execute(
            text("PRAGMA wal_checkpoint(TRUNCATE)")
        )  # else all of it is in the log beside the file
    readiness = Readiness(engine)

    harm(file)
    is_ready = await readiness.holds()
    await engine.dispose()

    assert not is_ready


async def test_what_is_not_ready_is_logged_with_its_reason_when_that_begins(tmp_path: Path) -> None:
    file, aside = tmp_path / "directory.db", tmp_path / "aside.db"
    engine = open_engine(f"sqlite+aiosqlite:///{file}")
    await migrate(engine)
    readiness = Readiness(engine)

    with structlog.testing.capture_logs() as logged:
        file.rename(aside)
        away = [await readiness.holds() for _ in range(3)]
        aside.rename(file)
        back = await readiness.holds()
        replace(file)
        replaced = [await readiness.holds() for _ in range(3)]
    await engine.dispose()

    assert (away, back, replaced) == ([False] * 3, True, [False] * 3)
    assert [(entry["event"], entry["log_level"]) for entry in logged] == [("directory not ready", "warning")] * 2
    assert [str(file) in entry["reason"] for entry in logged] == [True, True]
    assert "start the gateway anew" in logged[1]["reason"]


@pytest.mark.parametrize("uri", ["file:{folder}/directory.db", "file://localhost{folder}/directory.db"])
async def test_a_file_that_a_uri_names_is_ready_and_not_once_it_is_gone(tmp_path: Path, uri: str) -> None:
    folder = tmp_path / "of ours, 100 %"
    folder.mkdir()
    name = uri.format(folder=quote(str(folder)).replace("%", "%25"))  # SQLAlchemy reads percent signs, and SQLite again
    engine = open_engine(f"sqlite+aiosqlite:///{name}?mode=rwc&uri=true")
    await migrate(engine)
    readiness = Readiness(engine)
    before = await readiness.holds()

    (folder / "directory.db").unlink()
    after = await readiness.holds()
    await engine.dispose()

    assert (before, after) == (True, False)


async def test_a_silent_database_is_not_ready(remote: Remote) -> None:
    readiness = Readiness(remote.engine)
    remote.fall_silent()

    async with asyncio.timeout(30):
        assert not await readiness.holds()
    await readiness.aclose()


async def test_a_database_all_of_whose_connections_are_at_work_is_ready(remote: Remote) -> None:
    await migrate(remote.engine)
    readiness = Readiness(remote.engine)

    async with AsyncExitStack() as stack:
        for _ in range(15):
            await stack.enter_async_context(remote.engine.connect())
        is_ready = await readiness.holds()
    await readiness.aclose()

    assert is_ready
