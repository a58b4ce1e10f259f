"""A migrated directory on each database: SQLite in a file, PostgreSQL in a database of this run's own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.engine import open_engine
from resolvers.customers.importing import import_files
from resolvers.customers.migrations import migrate
from resolvers.customers.report import ImportReport
from resolvers.customers.secrets import Secrets
from resolvers.keys import KeyRing
from tests.customers.loading import Load
from tests.customers.remote import Remote
from tests.skips import skip


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    name = f"invoice_graph_{uuid.uuid4().hex}"
    try:
        asyncio.run(_administer(f"CREATE DATABASE {name} TEMPLATE template0"))
    except OSError as error:
        skip(f"no PostgreSQL on 127.0.0.1:5432: {error}")
    yield f"postgresql+asyncpg://postgres@127.0.0.1:5432/{name}"
    asyncio.run(_administer(f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(statement: str) -> None:
    engine = open_engine("postgresql+asyncpg://postgres@127.0.0.1:5432/test")
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}"
    postgresql_url: str = request.getfixturevalue("postgresql_url")
    return postgresql_url


@pytest.fixture
async def empty_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """The database without any table."""
    engine = open_engine(url)
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
    yield engine
    await engine.dispose()


@pytest.fixture
async def engine(empty_engine: AsyncEngine) -> AsyncEngine:
    await migrate(empty_engine)
    return empty_engine


@pytest.fixture
async def remote(postgresql_url: str) -> AsyncIterator[Remote]:
    """PostgreSQL behind a line that can fall silent."""
    remote = Remote(postgresql_url)
    await remote.open()
    yield remote
    await remote.close()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(KeyRing(["the operator's only key"]))


@pytest.fixture
def directory(engine: AsyncEngine, secrets: Secrets) -> SqlDirectory:
    return SqlDirectory(engine, secrets)


@pytest.fixture
def load(engine: AsyncEngine, secrets: Secrets, tmp_path: Path) -> Load:
    async def load(
        using: Secrets | None = None, /, *, completes_index: bool = False, **files: str | bytes
    ) -> ImportReport:
        paths = [tmp_path / f"{kind}.csv" for kind in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return await import_files(engine, using or secrets, paths, ["shop", "orders"], completes_index=completes_index)

    return load


@pytest.fixture
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """Every statement that is sent from now on, by any engine of this process."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)
