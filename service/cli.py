"""The command `invoice-graph`. Commands import what they need when they run: `--help` waits for no database."""

# ruff: noqa: PLC0415  # see above
import asyncio
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from service import customers_commands
from service.plugins import GROUP, add_commands
from service.standard_files import open_standard_files, telling_of_a_full_disk
from service.terminal import Config, log_level, print_table, settings_of, stop, using_directory

app = typer.Typer(
    name="invoice-graph",
    help="One GraphQL schema over the invoices of many systems.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.add_typer(customers_commands.app, name="customers")
documents = typer.Typer(help="The operations that an app is built with.", no_args_is_help=True)
app.add_typer(documents, name="documents")

_GREATEST_NUMBER = 9_999_999_999


def main() -> None:
    """Runs the command line, with the commands that other packages add."""
    open_standard_files()
    with telling_of_a_full_disk():
        add_commands(app, metadata.entry_points(group=GROUP))
        app(prog_name="invoice-graph")


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"invoice-graph {metadata.version('invoice-graph')}")
        except metadata.PackageNotFoundError:
            stop("invoice-graph is not installed, so it has no version. Run pip install -e .", 1)
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
    """Serve the graph until SIGTERM, SIGHUP or Ctrl-C."""
    level = log_level()
    options = {key: str(value) for key, value in (("host", host), ("port", port)) if value is not None}
    settings = settings_of(config, options)
    from service import server
    from service.wiring import build

    try:
        raise typer.Exit(server.run(settings, build, level))
    except server.CannotListen as error:
        stop(str(error), 1)


@app.command()
def check_config(config: Config) -> None:
    """Say what a configuration would run, or every mistake in it. Starts nothing."""
    settings = settings_of(config)
    from graph.documents.trusted_documents import TrustedDocumentsError
    from service.overview import overview, sources

    try:
        lines = list(overview(settings))
    except TrustedDocumentsError as error:
        stop(f"[graph] trusted_documents: {error}", 2)
    for line in lines:
        typer.echo(line)
    print_table(sources(settings))


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
        stop(f"--type-prefix: {error.errors()[0]['msg']}", 2)
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
    log_level()
    settings = settings_of(config)
    if last < first:
        stop("--to: is less than --from.", 2)
    from rich.console import Console

    from service.index_crawl import CannotIndex, index_source, shortcoming, summary

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
        with using_directory():
            report = asyncio.run(crawling)
    except CannotIndex as error:
        stop(str(error), 2)
    typer.echo(summary(report))
    if lacks := shortcoming(report, completes_index=completes_index):
        stop(lacks, 1)


@documents.command("check")
def check_documents(
    path: Annotated[Path, typer.Argument(exists=True, help="A folder of .graphql files, or a manifest.")],
    config: Annotated[Path | None, typer.Option("--config", "-c", help="The TOML file of the gateway.")] = None,
    invoices: Annotated[int, typer.Option(min=0, max=10_000, help="How many each account has.")] = 20,
) -> None:
    """Check an app's operations against the schema and the limits, and tell how many upstream calls each makes."""
    settings = None if config is None else settings_of(config)
    from graph.documents.trusted_documents import TrustedDocumentsError
    from service.documents_check import check_documents, table_of

    try:
        checked = asyncio.run(check_documents(path, settings, invoices=invoices))
    except TrustedDocumentsError as error:
        stop(str(error), 2)
    print_table(table_of(checked, settings))
    complaints = [complaint for document in checked for complaint in document.complaints()]
    for complaint in complaints:
        typer.echo(complaint, err=True)
    if complaints:
        raise typer.Exit(1)
