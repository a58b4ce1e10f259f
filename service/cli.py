"""The command `invoice-graph`. Commands import what they need when they run: `--help` waits for no database."""

# ruff: noqa: PLC0415  # see above
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from service.plugins import GROUP, add_commands

if TYPE_CHECKING:
    from rich.table import Table

    from resolvers.model.identity import AccountRef
    from service.settings import Settings

app = typer.Typer(
    name="invoice-graph",
    help="One GraphQL schema over the invoices of many systems.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
customers = typer.Typer(help="The directory of customers and their accounts.", no_args_is_help=True)
app.add_typer(customers, name="customers")
documents = typer.Typer(help="The operations that an app is built with.", no_args_is_help=True)
app.add_typer(documents, name="documents")

_GREATEST_NUMBER = 9_999_999_999
_UNBOUNDED = 100_000  # characters in a line

Config = Annotated[Path, typer.Option("--config", "-c", envvar="INVOICE_GRAPH_CONFIG", help="The TOML file.")]


def main() -> None:
    """Runs the command line, with the commands that other packages add."""
    add_commands(app, metadata.entry_points(group=GROUP))
    app(prog_name="invoice-graph")


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"invoice-graph {metadata.version('invoice-graph')}")
        except metadata.PackageNotFoundError:
            _stop("invoice-graph is not installed, so it has no version. Run pip install -e .", 1)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """One GraphQL schema over the invoices of many systems."""


@app.command()
def serve(
    config: Config,
    host: Annotated[str | None, typer.Option(help="Instead of server.host.")] = None,
    port: Annotated[int | None, typer.Option(help="Instead of server.port; 0 takes a free one.")] = None,
) -> None:
    """Serve the graph until SIGTERM or Ctrl-C."""
    log_level = _configure_logs()
    given = {"INVOICE_GRAPH__SERVER__HOST": host, "INVOICE_GRAPH__SERVER__PORT": port}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    settings = _settings(config, os.environ | overrides)
    from service import server
    from service.wiring import build

    try:
        raise typer.Exit(server.run(settings, build, log_level))
    except server.CannotListen as error:
        _stop(str(error), 1)


@app.command()
def check_config(config: Config) -> None:
    """Say what a configuration would run, or every mistake in it. Starts nothing."""
    settings = _settings(config, os.environ)
    from graph.documents.trusted_documents import TrustedDocumentsError
    from service.overview import overview, sources

    try:
        lines = list(overview(settings))
    except TrustedDocumentsError as error:
        _stop(f"[graph] trusted_documents: {error}", 2)
    for line in lines:
        typer.echo(line)
    _print(sources(settings))


@app.command()
def schema(
    client: Annotated[bool, typer.Option("--client", help="As clients see it, for code generation.")] = False,
    type_prefix: Annotated[str, typer.Option(help="As graph.type_prefix.")] = "",
    owns_customer: Annotated[bool, typer.Option(help="As graph.owns_customer.")] = True,
) -> None:
    """Print the schema in SDL: by default the subgraph's, as composers read it."""
    from pydantic import TypeAdapter, ValidationError

    from graph.schema import print_client_sdl, print_subgraph_sdl
    from service.settings.values import TypePrefix

    try:
        TypeAdapter(TypePrefix).validate_python(type_prefix)
    except ValidationError as error:
        _stop(f"--type-prefix: {error.errors()[0]['msg']}", 2)
    printed = print_client_sdl if client else print_subgraph_sdl
    typer.echo(printed(type_prefix, owns_customer=owns_customer), nl=False)


@app.command()
def index(
    config: Config,
    source: Annotated[str, typer.Argument(help="The source's configured name.")],
    first: Annotated[int, typer.Option("--from", min=1, max=_GREATEST_NUMBER, help="The first number to ask for.")],
    last: Annotated[int, typer.Option("--to", min=1, max=_GREATEST_NUMBER, help="The last number to ask for.")],
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="How many at once.")] = 8,
    completes_index: Annotated[
        bool,
        typer.Option("--complete-index", help="The source has no invoice beyond these numbers and those asked before."),
    ] = False,
) -> None:
    """Find out which invoices a source has that cannot list them. Break it off as you like: it goes on from there."""
    _configure_logs()
    settings = _settings(config, os.environ)
    if last < first:
        _stop("--to: is less than --from.", 2)
    from rich.console import Console

    from resolvers.customers.engine import DirectoryError
    from resolvers.model.errors import DirectoryUnavailable
    from service.index_command import CannotIndex, index_source, shortcoming, summary

    numbers = range(first, last + 1)
    crawling = index_source(
        settings,
        source,
        numbers,
        concurrency=concurrency,
        completes_index=completes_index,
        console=Console(stderr=True),
    )
    try:
        report = asyncio.run(crawling)
    except CannotIndex as error:
        _stop(str(error), 2)
    except DirectoryError as error:
        _stop(str(error), 1)
    except DirectoryUnavailable as error:
        _stop(_broken_off(error.message, error.detail), 1)
    typer.echo(summary(report))
    if lacks := shortcoming(report, completes_index=completes_index):
        _stop(lacks, 1)


@customers.command("import")
def import_(
    config: Config,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="CSV of customers, accounts or invoice ids.")],
    completes_index: Annotated[
        bool, typer.Option("--complete-index", help="The invoice ids are all that their sources have.")
    ] = False,
) -> None:
    """Import CSV files, in any order; again and again, if you like: only what differs is written."""
    _configure_logs()
    settings = _settings(config, os.environ)
    from rich.console import Console

    from resolvers.customers.engine import DirectoryError
    from resolvers.model.errors import DirectoryUnavailable
    from service.directory_import import import_customers, summary

    try:
        report = asyncio.run(import_customers(settings, paths, Console(stderr=True), completes_index=completes_index))
    except DirectoryError as error:
        _stop(str(error), 1)
    except DirectoryUnavailable as error:
        _stop(_broken_off(error.message, error.detail), 1)
    _print(summary(report))
    for problem in report.problems:
        typer.echo(str(problem), err=True)
    if report.problems:
        raise typer.Exit(1)


@customers.command()
def remove(
    config: Config,
    ids: Annotated[list[str], typer.Argument(metavar="CUSTOMER...", help="By their ids.")],
) -> None:
    """Remove customers, with their accounts, secrets and index. No source is told."""
    _remove(config, customers=ids)


@customers.command()
def remove_account(
    config: Config,
    source: Annotated[str, typer.Argument(help="The source's name, configured or not.")],
    keys: Annotated[list[str], typer.Argument(metavar="ACCOUNT_KEY...", help="As accounts.csv has them.")],
) -> None:
    """Remove accounts at a source, with their secrets and index; their customers stay."""
    from resolvers.model.identity import AccountRef

    _remove(config, accounts=[AccountRef(source, key) for key in keys])


def _remove(config: Path, *, customers: Sequence[str] = (), accounts: Sequence["AccountRef"] = ()) -> None:
    _configure_logs()
    settings = _settings(config, os.environ)
    from resolvers.customers.engine import DirectoryError
    from service import directory_removal

    try:
        removal = asyncio.run(directory_removal.remove(settings, customers=customers, accounts=accounts))
    except DirectoryError as error:
        _stop(str(error), 1)
    typer.echo(directory_removal.summary(removal))
    if missing := directory_removal.shortcomings(removal):
        _stop("\n".join(missing), 1)


@documents.command("check")
def check_documents(
    path: Annotated[Path, typer.Argument(exists=True, help="A folder of .graphql files, or a manifest.")],
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The TOML file of the gateway.")] = None,
    invoices: Annotated[int, typer.Option(min=0, max=10_000, help="How many each account has.")] = 20,
) -> None:
    """Check an app's operations against the schema and the limits, and tell how many upstream calls each makes."""
    settings = None if config is None else _settings(config, os.environ)
    from graph.documents.trusted_documents import TrustedDocumentsError
    from service.operations_command import check_documents, table_of

    try:
        checked = asyncio.run(check_documents(path, settings, invoices=invoices))
    except TrustedDocumentsError as error:
        _stop(str(error), 2)
    _print(table_of(checked, settings))
    complaints = [complaint for document in checked for complaint in document.complaints()]
    for complaint in complaints:
        typer.echo(complaint, err=True)
    if complaints:
        raise typer.Exit(1)


def _settings(config: Path, environ: Mapping[str, str]) -> "Settings":
    from resolvers.sources import connectors
    from service.settings import SettingsError, load_settings

    try:
        return load_settings(config, connectors(), environ)
    except SettingsError as error:
        _stop(str(error), 2)


def _print(table: "Table") -> None:
    """Folded to the terminal's width, or to COLUMNS; in a file or a pipe every row has its line."""
    from rich.console import Console

    is_bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    Console(width=None if is_bounded else _UNBOUNDED).print(table)


def _configure_logs() -> str:
    from service.logs import UnknownLevel, configure_logs

    level = os.environ.get("INVOICE_GRAPH_LOG_LEVEL", "info")
    try:
        configure_logs(level)
    except UnknownLevel as error:
        _stop(str(error), 2)
    return level


def _broken_off(message: str, detail: str) -> str:
    return f"Broken off: {message.rstrip('.')} ({detail}). What was written before stays; run it again to go on."


def _stop(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
