"""Whether the directory can be asked now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import open_engine
from resolvers.customers.migrations import migrate
from resolvers.customers.readiness import Readiness
from tests.customers.remote import Remote


async def test_a_database_with_its_tables_is_ready(engine: AsyncEngine) -> None:
    assert await Readiness(engine).holds()


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


async def test_a_silent_database_is_not_ready(remote: Remote) -> None:
    readiness = Readiness(remote.engine)
    remote.fall_silent()

    async with asyncio.timeout(30):
        assert not await readiness.holds()
