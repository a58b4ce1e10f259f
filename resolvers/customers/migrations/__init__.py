"""Brings the directory's database to the tables of today; the gateway calls it at start.

A change of `tables.py` gets a file of its own in `versions/`, numbered on and written by hand.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.engine import REMEDY, DirectoryError, writing
from resolvers.model.errors import DirectoryBusy, DirectoryUnavailable


async def migrate(engine: AsyncEngine) -> None:
    """Applies what is missing, all of it or nothing; many processes may call it at once. Raises DirectoryError."""
    database = f"The directory's database {engine.url.render_as_string()}"
    try:
        async with writing(engine) as connection:
            encoding = await _encoding(connection)
            if encoding != "UTF8":
                raise DirectoryError(
                    f"{database} holds {encoding}, which has not every letter of a name. Make one with ENCODING 'UTF8'."
                )
            await connection.run_sync(_upgrade)
    except CommandError as error:
        raise DirectoryError(f"{database} belongs to a newer version of invoice-graph; use that version.") from error
    except DirectoryBusy as error:
        raise DirectoryError(
            f"{database} was not free to be written to: {error.detail}. Start again when that one is done."
        ) from error
    except DirectoryUnavailable as error:
        raise DirectoryError(f"{database} cannot be used: {error.detail}. {REMEDY}") from error
    except (SQLAlchemyError, TypeError, ValueError) as error:  # what a driver cannot make of the URL
        raise DirectoryError(f"{database} cannot be used: {error}. {REMEDY}") from error


async def _encoding(connection: AsyncConnection) -> str:
    """How PostgreSQL keeps text; SQLite's ways hold all of it."""
    if connection.dialect.name != "postgresql":
        return "UTF8"
    return str((await connection.exec_driver_sql("SHOW server_encoding")).scalar_one())


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "resolvers.customers:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
