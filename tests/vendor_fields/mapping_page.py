"""The tables of docs/mapping.md, read as the page says that they are to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/mapping.md"
WORDS = ("sent", "read", "log", "not carried")
_SECTIONS = {
    "netFORUM": "netforum",
    "Shoxl": "shoxl",
    "Open2b": "open2b",
    "seansworld": "seansworld",
    "Kruitbosch": "kruitbosch",
}
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


class BadPage(ValueError):
    """The page has a row that says nothing, or what nobody reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where fields go: to paths of the schema, or what else becomes of them (`word`), with the paths named there."""

    fields: tuple[str, ...]
    word: str | None
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A vendor's tables: the first is its documents', the others tell of further calls."""

    documented: tuple[Row, ...]
    further: tuple[Row, ...]


def sections() -> dict[str, Section]:
    """By the connector's name. Raises BadPage."""
    _, *parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = {part.partition("\n")[0]: part for part in parts}
    return {kind: _section(named[title]) for title, kind in _SECTIONS.items()}


def _section(text: str) -> Section:
    tables = [
        [_row(line) for line in table.splitlines()[2:]] for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    ]
    first, *others = tables
    return Section(tuple(first), tuple(row for table in others for row in table))


def _row(line: str) -> Row:
    field, target, _ = (cell.strip() for cell in line.strip().strip("|").split("|"))
    word, colon, reason = target.partition(":")
    names, paths = tuple(_CODE.findall(field)), tuple(_CODE.findall(target))
    if not names or (colon and (word not in WORDS or not reason.strip())) or (not colon and not paths):
        raise BadPage(f"not a row: {line}")
    return Row(names, word if colon else None, paths)
