"""Invoices that somebody came across, put into the index: a look first, for most of them are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import structlog
from sqlalchemy import Date, String, bindparam, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.among import among, key_list, storable
from resolvers.customers.engine import writing
from resolvers.customers.outage import in_time, outages_told
from resolvers.customers.tables import LONGEST_KEY, accounts_table, index_table
from resolvers.model.errors import DirectoryUnavailable
from resolvers.model.identity import InvoiceRef

_log = structlog.get_logger("invoice_graph.customers")
_COLUMNS = ("source", "account_key", "invoice_id", "issue_date")
_SECONDS = 10.0


class SqlSeenLog:
    """The SeenLog over a database that `migrate` has seen. A database that fails costs the index, and nobody else."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        columns, account = index_table.c, accounts_table.c
        key = (columns.source, columns.account_key, columns.invoice_id)
        self._known = select(*key).where(among(engine.dialect.name, *key))
        source, account_key, invoice_id = (bindparam(name, type_=String) for name in _COLUMNS[:3])
        is_indexed = (
            select(literal(1))
            .where(columns.source == source, columns.account_key == account_key, columns.invoice_id == invoice_id)
            .exists()
        )
        new = select(account.source, account.key, invoice_id, bindparam("issue_date", type_=Date)).where(
            account.source == source, account.key == account_key, ~is_indexed
        )
        self._insert = insert(index_table).from_select(_COLUMNS, new)

    async def note_seen(self, seen: Mapping[InvoiceRef, date | None]) -> bool:
        """Puts those of known accounts into the index that are not there; whether that went well."""
        try:
            with outages_told():
                await in_time(self._note(seen), _SECONDS)
        except DirectoryUnavailable as error:
            _log.warning("invoices not indexed", count=len(seen), reason=error.detail)
            return False
        return True

    async def _note(self, seen: Mapping[InvoiceRef, date | None]) -> None:
        new = seen.keys() - await self._indexed(seen)
        rows = [dict(zip(_COLUMNS, (*ref, seen[ref]), strict=True)) for ref in sorted(new) if all(map(_fits, ref))]
        if rows:
            async with writing(self._engine, _SECONDS) as connection:
                await connection.execute(self._insert, rows)

    async def _indexed(self, seen: Mapping[InvoiceRef, date | None]) -> frozenset[InvoiceRef]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(self._known, {"keys": key_list(seen)})
            return frozenset(InvoiceRef(*row) for row in rows)


def _fits(key: str) -> bool:
    return len(key) <= LONGEST_KEY and storable(key)
