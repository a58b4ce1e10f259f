"""CSV files into the directory: what differs is written, in batches; what cannot be used is reported and left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import RowMapping, bindparam, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.customers.among import Key, among, key_list
from resolvers.customers.engine import writing
from resolvers.customers.kinds import INVOICES, KINDS, Kind
from resolvers.customers.report import FileReport, ImportReport, Problem
from resolvers.customers.secrets import NoSecretKey, Secrets
from resolvers.customers.sheet import Sheet, SheetRow, read_sheet, without_contradictions
from resolvers.customers.tables import accounts_table
from resolvers.model.customer import Secret
from resolvers.model.identity import AccountRef

_BATCH_ROWS = 1_000

Progress = Callable[[str, int, int], None]
"""Called with a file, how many of its rows are done, and how many there are: at 0, and after each batch."""


def _unseen(_path: str, _done: int, _rows: int) -> None:
    """Shows nobody."""


async def import_files(
    engine: AsyncEngine,
    secrets: Secrets,
    paths: Sequence[Path],
    sources: Collection[str],
    progress: Progress = _unseen,
    *,
    completes_index: bool = False,
) -> ImportReport:
    """What was added and changed; importing the same files again changes nothing.

    The files may come in any order; of rows that contradict one another the first one counts, and the others are
    problems. `sources` are the configured names. Rows are never removed, and what a file has no column for stays as it
    is. With `completes_index` the files have all invoices of each source that their invoices name: all accounts that
    these sources have by then count as indexed, with or without an invoice among them.
    """
    known = frozenset(sources)
    sheets = [await asyncio.to_thread(_read, path, known) for path in paths]
    sheets = await asyncio.to_thread(without_contradictions, sheets)
    sheets.sort(key=lambda sheet: KINDS.index(sheet.kind) if sheet.kind else len(KINDS))
    reports = [await _import(engine, secrets, sheet, progress) for sheet in sheets]
    if completes_index:
        await _complete_index(engine, sheets, reports)
    return ImportReport(reports)


def _read(path: Path, sources: frozenset[str]) -> Sheet:
    try:
        return read_sheet(str(path), path.read_bytes(), sources)
    except OSError as error:
        return Sheet(str(path), None, problems=[Problem(str(path), None, f"cannot be read: {error.strerror}.")])


async def _import(engine: AsyncEngine, secrets: Secrets, sheet: Sheet, progress: Progress) -> FileReport:
    if sheet.kind is None:
        return FileReport(path=sheet.path, kind=None, problems=sheet.problems)
    report = FileReport(path=sheet.path, kind=sheet.kind.name, problems=list(sheet.problems))
    writer = _Writer(sheet.kind, secrets, report)
    progress(sheet.path, 0, len(sheet.rows))
    for start in range(0, len(sheet.rows), _BATCH_ROWS):
        batch = sheet.rows[start : start + _BATCH_ROWS]
        async with writing(engine) as connection:
            await writer.write(connection, batch)
        progress(sheet.path, start + len(batch), len(sheet.rows))
    report.problems.sort(key=lambda problem: problem.line or 0)
    return report


async def _complete_index(engine: AsyncEngine, sheets: Sequence[Sheet], reports: Sequence[FileReport]) -> None:
    """Marks the index of all accounts of the sheets' sources as complete, unless an invoice may be unread."""
    of_invoices = [sheet for sheet in sheets if sheet.kind is INVOICES]
    named = {(str(row.values["source"]),) for sheet in of_invoices for row in sheet.rows}
    unread = [report for sheet, report in zip(sheets, reports, strict=True) if _may_lack_invoices(sheet)]
    for report in unread:
        message = "the index was not marked as complete: correct what is wrong and import all of it again."
        report.problems.insert(0, Problem(report.path, None, message))
    if named and not unread:
        mark = update(accounts_table).where(among(engine.dialect.name, accounts_table.c.source))
        async with writing(engine) as connection:
            await connection.execute(mark.values(index_complete=true()), {"keys": key_list(named)})


def _may_lack_invoices(sheet: Sheet) -> bool:
    return bool(sheet.problems) and (sheet.kind is None or sheet.kind is INVOICES)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one file's rows, a batch at a time, and keeps count."""

    kind: Kind
    secrets: Secrets
    report: FileReport

    async def write(self, connection: AsyncConnection, rows: Sequence[SheetRow]) -> None:
        """Writes what differs from what is there."""
        stored = await self._stored(connection, rows)
        added: list[dict[str, object]] = []
        changed: list[dict[str, object]] = []
        for row in await self._without_orphans(connection, rows):
            before = stored.get(row.key)
            try:
                values = self._to_store(row, before)
            except NoSecretKey as error:
                self._reject(row, f"secret: {error}")
                continue
            if before is None:
                added.append(values)
            elif any(before[name] != value for name, value in values.items()):
                changed.append(values)
            else:
                self.report.unchanged += 1
        if added:
            await connection.execute(insert(self.kind.table), added)
        if changed:
            await self._change(connection, changed)
        self.report.added += len(added)
        self.report.changed += len(changed)

    async def _change(self, connection: AsyncConnection, changed: Sequence[Mapping[str, object]]) -> None:
        key_columns = list(self.kind.table.primary_key)
        statement = update(self.kind.table).where(
            *(column == bindparam(f"old_{column.name}") for column in key_columns)
        )
        old_keys = ({f"old_{column.name}": values[column.name] for column in key_columns} for values in changed)
        await connection.execute(statement, [{**values, **key} for values, key in zip(changed, old_keys, strict=True)])

    async def _stored(self, connection: AsyncConnection, rows: Sequence[SheetRow]) -> dict[Key, RowMapping]:
        """The rows that are there already, by key."""
        key_columns = self.kind.table.primary_key.columns
        statement = select(self.kind.table).where(among(connection.dialect.name, *key_columns))
        found = await connection.execute(statement, {"keys": key_list(row.key for row in rows)})
        return {tuple(row[column.name] for column in key_columns): row for row in found.mappings()}

    async def _without_orphans(self, connection: AsyncConnection, rows: Sequence[SheetRow]) -> Sequence[SheetRow]:
        """The rows whose customer or account is there; the others are reported."""
        for reference in self.kind.table.foreign_key_constraints:
            keys = [tuple(str(row.values[name]) for name in reference.column_keys) for row in rows]
            columns = [element.column for element in reference.elements]
            statement = select(*columns).where(among(connection.dialect.name, *columns))
            known = {tuple(key) for key in await connection.execute(statement, {"keys": key_list(set(keys))})}
            for row, key in zip(rows, keys, strict=True):
                if key not in known:
                    self._reject(row, self.kind.orphan.format(**row.values))
            rows = [row for row, key in zip(rows, keys, strict=True) if key in known]
        return rows

    def _to_store(self, row: SheetRow, before: RowMapping | None) -> dict[str, object]:
        """The values as the table has them. A secret that is there already keeps its seal. Raises NoSecretKey."""
        values: dict[str, object] = {**row.values, **self.kind.derive({**(before or {}), **row.values})}
        if isinstance(secret := row.values.get("secret"), Secret):
            sealed, account = before and before["secret"], AccountRef(*row.key)
            kept = sealed and self.secrets.is_seal_of(sealed, secret, account)
            values["secret"] = sealed if kept else self.secrets.seal(secret, account)
        return values

    def _reject(self, row: SheetRow, message: str) -> None:
        self.report.problems.append(Problem(self.report.path, row.line, message))
