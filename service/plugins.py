"""Commands that packages add through the entry point group `invoice_graph.commands`, each a typer app."""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint

import typer

GROUP = "invoice_graph.commands"

_PASS_EVERYTHING_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def add_commands(app: typer.Typer, plugins: Iterable[EntryPoint]) -> None:
    """Adds a command for each, loaded when it is called: a slow or broken one costs the others nothing."""
    for plugin in plugins:
        app.command(plugin.name, help=f"Runs {plugin.value}.", context_settings=_PASS_EVERYTHING_ON)(_runner(plugin))


def _runner(plugin: EntryPoint) -> Callable[[typer.Context], None]:
    def run(context: typer.Context) -> None:
        try:
            command = plugin.load()
        except Exception as error:  # noqa: BLE001  # whatever another package's import may raise
            typer.echo(
                f"{plugin.name}: {plugin.value} cannot be loaded: {error}. Repair or remove its package.", err=True
            )
            raise typer.Exit(1) from None
        command(args=context.args, prog_name=f"invoice-graph {plugin.name}")

    return run
