"""From the bytes of a CSV file to typed rows and problems. Pure: it asks neither disk nor database."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO

from resolvers.customers.among import Key
from resolvers.customers.kinds import KINDS, Kind, Unfit, Value, nearest
from resolvers.customers.report import Problem

_MOST_LINES_A_ROW = 50


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it goes into the table, and the line where it begins."""

    line: int
    key: Key
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The usable rows of a file and the problems of the others; no kind where the file is none of ours."""

    path: str
    kind: Kind | None
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheet(path: str, content: bytes, sources: frozenset[str]) -> Sheet:
    """All that the file says. UTF-8, with or without a byte order mark; a bad row costs nothing but itself."""
    # What is not UTF-8 comes through as lone surrogates, so that the row that holds it can be named.
    lines = list(StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""))
    try:
        kind, names = _recognise(lines)
    except Unfit as unfit:
        return Sheet(path, None, problems=[Problem(path, 1 if lines else None, str(unfit))])
    sheet = Sheet(path, kind)
    first_lines: dict[Key, int] = {}
    for line, cells in _records(lines, len(names)):
        try:
            row = _row(kind, line, names, cells, sources)
            _check_first(row, first_lines)
        except Unfit as unfit:
            sheet.problems.append(Problem(path, line, str(unfit)))
        else:
            sheet.rows.append(row)
    return sheet


def without_contradictions(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without those rows that say something else than an earlier sheet's of the same key.

    Which of the two is right, nobody knows: files come in any order.
    """
    said: dict[tuple[str, Key], list[tuple[str, SheetRow]]] = {}
    agreeing = []
    files_of = Counter(sheet.kind.name for sheet in sheets if sheet.kind)
    for sheet in sheets:
        if sheet.kind is None or files_of[sheet.kind.name] == 1:  # remembering costs half as much as the rows
            agreeing.append(sheet)
            continue
        rows, problems = [], list(sheet.problems)
        for row in sheet.rows:
            before = said.setdefault((sheet.kind.name, row.key), [])
            if place := next((f"{path}:{other.line}" for path, other in before if _differ(row, other)), ""):
                problems.append(Problem(sheet.path, row.line, f"says something else than {place}; keep one of them."))
            else:
                rows.append(row)
                before.append((sheet.path, row))
        agreeing.append(replace(sheet, rows=rows, problems=problems))
    return agreeing


def _differ(row: SheetRow, other: SheetRow) -> bool:
    return any(row.values[name] != other.values[name] for name in row.values.keys() & other.values)


def _recognise(lines: Sequence[str]) -> tuple[Kind, list[str]]:
    """The kind of file and its columns' names, by the first line."""
    if not lines:
        raise Unfit("is empty; begin with a line that names the columns.")
    if not _is_utf8(lines[0]):
        raise Unfit("is not UTF-8; save the file as CSV in UTF-8.")
    names = _names(lines[0])
    kind = max(KINDS, key=lambda kind: (kind.required <= set(names), len(set(names) & kind.columns.keys())))
    if kind.columns.keys().isdisjoint(names):
        forms = "; ".join(",".join(kind.columns) for kind in KINDS)
        raise Unfit(f"the first line names no known column, separated by commas; begin with one of: {forms}")
    for name in names:
        if name not in kind.columns:
            raise Unfit(f"{kind.name} have no column {name!r}; {nearest(name, frozenset(kind.columns))}")
    if missing := sorted(kind.required - set(names)):
        raise Unfit(f"{kind.name} need the column {missing[0]!r}; add it to the first line and to the rows.")
    if len(set(names)) < len(names):
        raise Unfit("the first line names a column twice; keep one of them.")
    return kind, names


def _names(first_line: str) -> list[str]:
    """What the first line calls the columns; nothing where it is so long that no reader takes it."""
    try:
        return [name.strip().lower() for name in next(csv.reader([first_line]))]
    except csv.Error:
        return []


def _records(lines: Sequence[str], width: int) -> Iterator[tuple[int, list[str] | Unfit]]:
    """The cells of each row that is not blank, with the line where it begins.

    What cannot be read costs one line: reading goes on with the next, so that an open quote does not swallow the rest.
    """
    start = 1
    while start < len(lines):
        reader = csv.reader(lines[start : start + _MOST_LINES_A_ROW], strict=True)
        try:
            cells = _cells(reader, width)
        except Unfit as unfit:
            yield start + 1, unfit
            start += 1
        else:
            if cells:
                yield start + 1, cells
            start += reader.line_num


def _cells(reader: Iterator[list[str]], width: int) -> list[str]:
    """The cells of the next row, none where it is blank."""
    try:
        cells = next(reader)
    except csv.Error:
        raise Unfit("is no CSV; close each quote, and double the quotes inside a quoted value.") from None
    if not any(map(str.strip, cells)):
        return []
    if len(cells) != width:
        raise Unfit(f"has {len(cells)} values for {width} columns; quote a value that holds a comma.")
    if not _is_utf8("".join(cells)):
        raise Unfit("is not UTF-8; save the file as CSV in UTF-8.")
    return cells


def _row(kind: Kind, line: int, names: Sequence[str], cells: list[str] | Unfit, sources: frozenset[str]) -> SheetRow:
    if isinstance(cells, Unfit):
        raise cells
    values: dict[str, Value] = {}
    for name, cell in zip(names, cells, strict=True):
        column = kind.columns[name]
        try:
            values[column.name] = column.read(cell.strip(), sources)
        except Unfit as unfit:
            raise Unfit(f"{name}: {unfit}") from None
    return SheetRow(line, tuple(str(values[column.name]) for column in kind.table.primary_key), values)


def _check_first(row: SheetRow, first_lines: dict[Key, int]) -> None:
    """Notes where a key is seen first. Raises Unfit the second time: which of the two rows is right, nobody knows."""
    if (first := first_lines.setdefault(row.key, row.line)) != row.line:
        raise Unfit(f"repeats the key of line {first}; keep one of them.")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
