"""What the commands of the command line share: their configuration, their logs, what they show, and how they end."""

# ruff: noqa: PLC0415  # commands import what they need when they run: `--help` waits for no database
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    from service.settings import Settings

_UNBOUNDED = 100_000  # characters in a line

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="INVOICE_GRAPH_CONFIG", readable=False, help="The TOML file.")
]


def settings_of(config: Path, options: Mapping[str, str] | None = None) -> "Settings":
    """The settings in the file, the environment and the options for `server`. Ends the command where they are wrong."""
    from resolvers.sources import connectors
    from service.settings import SettingsError, load_settings

    try:
        return load_settings(config, connectors(), os.environ, options)
    except SettingsError as error:
        stop(str(error), 2)


def log_level() -> str:
    """The level of the log, which is written by it from now on. Ends the command where there is no such level."""
    from service.logs import UnknownLevel, configure_logs

    level = os.environ.get("INVOICE_GRAPH_LOG_LEVEL", "info")
    try:
        configure_logs(level)
    except UnknownLevel as error:
        stop(str(error), 2)
    return level


@contextmanager
def using_directory() -> Iterator[None]:
    """Ends the command where the directory cannot be opened, or fails meanwhile."""
    from resolvers.customers.engine import DirectoryError
    from resolvers.model.errors import DirectoryUnavailable

    try:
        yield
    except DirectoryError as error:
        stop(str(error), 1)
    except DirectoryUnavailable as error:
        why = f"{error.message.rstrip('.')} ({error.detail})"
        stop(f"Broken off: {why}. What was written before stays; run it again to go on.", 1)


def print_table(table: "Table") -> None:
    """Prints it folded to the terminal's width, or to COLUMNS; in a file or a pipe every row has its line."""
    from rich.console import Console

    is_bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    Console(width=None if is_bounded else _UNBOUNDED).print(table)


def progress_on(console: "Console") -> "Progress":
    """Bars, each with its name, how much of it is done, and how long the rest may take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def stop(sentence: str, code: int) -> NoReturn:
    """Ends the command with this exit code, and says why."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
