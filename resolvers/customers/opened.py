"""The directory's database, opened, brought to today's tables, and closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import close_engine, open_engine
from resolvers.customers.migrations import migrate


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[AsyncEngine]:
    """The engine at this address, for as long as the context lasts. Raises DirectoryError."""
    engine = open_engine(url)
    try:
        await migrate(engine)
        yield engine
    finally:
        await close_engine(engine)
