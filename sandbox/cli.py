"""The sandbox's part of the command line: serve it, write a demo's files, run the demo."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sandbox import server
from sandbox.children import ChildDied
from sandbox.demo import CannotStart, run
from sandbox.demo_files import write_configuration, write_csv
from sandbox.generate import generate

app = typer.Typer(
    invoke_without_command=True,
    help="Five emulated vendors on real sockets, for trying things out.",
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

DEFAULT_PORT = 9100
GREATEST_PORT = 65535
SandboxPort = Annotated[
    int,
    typer.Option(
        min=0,
        max=GREATEST_PORT - len(server.EMULATORS),
        help="Port of the control page; the five sources take the next five.",
    ),
]
GatewayPort = Annotated[int, typer.Option(min=1, max=GREATEST_PORT, help="Port of the gateway.")]


@app.callback()
def serve(context: typer.Context, port: SandboxPort = DEFAULT_PORT) -> None:
    """Serve the sandbox until Ctrl-C."""
    command = context.invoked_subcommand
    if command is not None:
        if port != DEFAULT_PORT:
            raise typer.BadParameter(
                f"Write it behind {command}: {command} --port {port}.", context, param_hint="--port"
            )
        return
    try:
        sandbox = server.prepare(port)
    except server.CannotListen as error:
        _fail(f"The sandbox cannot start: {error}. Choose another one with --port.")
    console = Console()
    console.print(f"Sandbox page and fault control: {sandbox.control_url}/")
    for source in server.EMULATORS:
        console.print(f"  {source:<12} {sandbox.url(source)}")
    server.serve(sandbox)


@app.command()
def files(
    directory: Annotated[Path, typer.Argument(help="Where to write them.")],
    port: SandboxPort = DEFAULT_PORT,
    gateway_port: GatewayPort = 8000,
) -> None:
    """Write customers.csv, accounts.csv, invoices.csv and demo.toml for a sandbox on a port."""
    try:
        write_csv(generate(), directory)
        write_configuration(directory, port, gateway_port)
    except OSError as error:
        _fail(_unwritable(directory, error))
    typer.echo(f"Wrote customers.csv, accounts.csv, invoices.csv and demo.toml to {directory}")


@app.command()
def demo(
    port: GatewayPort = 8000,
    directory: Annotated[Path, typer.Option(help="Where its files, database and logs are kept.")] = Path(".demo"),
) -> None:
    """Start everything, load the demo directory, and say where to look."""
    try:
        run(port, directory, Console())
    except (CannotStart, ChildDied) as error:
        _fail(str(error))
    except OSError as error:
        _fail(_unwritable(directory, error))


def _unwritable(directory: Path, error: OSError) -> str:
    return f"{error.filename or directory}: cannot be written: {error.strerror}. Choose another directory."


def _fail(message: str) -> None:
    Console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
