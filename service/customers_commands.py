"""`invoice-graph customers`: what fills the directory, and what empties it."""

# ruff: noqa: PLC0415  # commands import what they need when they run: `--help` waits for no database
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.terminal import Config, log_level, print_table, settings_of, stop, using_directory

if TYPE_CHECKING:
    from resolvers.model.identity import AccountRef

app = typer.Typer(help="The directory of customers and their accounts.", no_args_is_help=True)


@app.command("import")
def import_(
    config: Config,
    paths: Annotated[
        list[Path],
        # A file that may not be read costs itself, as one that is not there does.
        typer.Argument(metavar="PATH...", readable=False, help="CSV of customers, accounts or invoice ids."),
    ],
    completes_index: Annotated[
        bool, typer.Option("--complete-index", help="The invoice ids are all that their sources have.")
    ] = False,
) -> None:
    """Import CSV files, in any order; again and again, if you like: only what differs is written."""
    log_level()
    settings = settings_of(config)
    from rich.console import Console

    from service.directory_import import import_customers, summary

    with using_directory():
        report = asyncio.run(import_customers(settings, paths, Console(stderr=True), completes_index=completes_index))
    print_table(summary(report))
    for problem in report.problems:
        typer.echo(str(problem), err=True)
    if report.problems:
        raise typer.Exit(1)


@app.command()
def remove(
    config: Config,
    ids: Annotated[list[str], typer.Argument(metavar="CUSTOMER...", help="By their ids.")],
) -> None:
    """Remove customers, with their accounts, secrets and index. No source is told."""
    _remove(config, customers=ids)


@app.command()
def remove_account(
    config: Config,
    source: Annotated[str, typer.Argument(help="The source's name, configured or not.")],
    keys: Annotated[list[str], typer.Argument(metavar="ACCOUNT_KEY...", help="As accounts.csv has them.")],
) -> None:
    """Remove accounts at a source, with their secrets and index; their customers stay."""
    from resolvers.model.identity import AccountRef

    _remove(config, accounts=[AccountRef(source, key) for key in keys])


def _remove(config: Path, *, customers: Sequence[str] = (), accounts: Sequence["AccountRef"] = ()) -> None:
    log_level()
    settings = settings_of(config)
    from service import directory_removal

    with using_directory():
        removal = asyncio.run(directory_removal.remove(settings, customers=customers, accounts=accounts))
    typer.echo(directory_removal.summary(removal))
    if missing := directory_removal.shortcomings(removal):
        stop("\n".join(missing), 1)
