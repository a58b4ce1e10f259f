"""A package's own command, as its entry point would name it."""

import typer

app = typer.Typer()


@app.callback()
def extra() -> None:
    """Greets."""


@app.command()
def hello(name: str = typer.Option()) -> None:
    typer.echo(f"Hello {name}")
