"""Every command of the command line has its exit codes in docs/operations.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import typer
from typer.core import TyperGroup

from service.cli import app
from tests.conftest import ROOT


def test_every_command_has_its_row() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("## Exit codes")[2].partition("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE) for name in re.findall("`([^`]+)`", row)}

    assert told - {"sandbox"} == set(commands(typer.main.get_group(app)))


def commands(group: TyperGroup, *names: str) -> Iterator[str]:
    """The names that are typed for each, as `customers import`; those of other packages are not among them."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *names, name)
        else:
            yield " ".join((*names, name))
