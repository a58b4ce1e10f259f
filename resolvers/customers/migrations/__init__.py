"""Brings the directory's database to the tables of today; the gateway calls it at start.

A change of `tables.py` gets a file of its own in `versions/`, numbered on and written by hand.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import DirectoryError, writing


async def migrate(engine: AsyncEngine) -> None:
    """Applies what is missing, all of it or nothing; many processes may call it at once. Raises DirectoryError."""
    database = f"The directory's database {engine.url.render_as_string()}"
    try:
        async with writing(engine) as connection:
            await connection.run_sync(_upgrade)
    except CommandError as error:
        raise DirectoryError(f"{database} belongs to a newer version of invoice-graph; use that version.") from error
    except (SQLAlchemyError, OSError) as error:  # asyncpg lets the socket's own errors through
        reason = str(getattr(error, "orig", None) or error) or "no answer in time"
        raise DirectoryError(f"{database} cannot be used: {reason}. Check directory.url.") from error


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "resolvers.customers:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
