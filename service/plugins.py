"""Commands that packages add through the entry point group `invoice_graph.commands`, each a typer app."""

from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint

import typer
from typer.core import TyperCommand

GROUP = "invoice_graph.commands"

_PASS_EVERYTHING_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def add_commands(app: typer.Typer, plugins: Iterable[EntryPoint]) -> None:
    """Adds a command for each, loaded when it is called or listed: a slow or broken one costs the others nothing."""
    for plugin in plugins:
        app.command(plugin.name, cls=_listed(plugin), context_settings=_PASS_EVERYTHING_ON)(_runner(plugin))


def _listed(plugin: EntryPoint) -> type[TyperCommand]:
    """A command whose line in the list is the help of the plugin's app."""

    class Listed(TyperCommand):
        @property
        def short_help(self) -> str:
            try:
                return typer.main.get_command(plugin.load()).help or ""
            except Exception:  # noqa: BLE001  # as when it is called
                return f"Cannot be loaded: {plugin.value}."

        @short_help.setter
        def short_help(self, _: str | None) -> None:
            """Typer sets what it was given, which is nothing."""

    return Listed


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
