"""Invoices that somebody came across, and the index: a look first, for most of them are there as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import structlog
from sqlalchemy import Date, String, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
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
        dialect, account = engine.dialect.name, accounts_table.c
        key = list(index_table.primary_key)
        self._known = select(index_table).where(among(dialect, *key))
        source, account_key, invoice_id = (bindparam(name, type_=String) for name in _COLUMNS[:3])
        of_known_account = select(account.source, account.key, invoice_id, bindparam("issue_date", type_=Date)).where(
            account.source == source, account.key == account_key
        )
        insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
        entry = insert(index_table).from_select(_COLUMNS, of_known_account)
        issue_date = entry.excluded.issue_date
        self._upsert = entry.on_conflict_do_update(
            index_elements=key, set_={"issue_date": issue_date}, where=issue_date.is_not(None)
        )

    async def note_seen(self, seen: Mapping[InvoiceRef, date | None]) -> bool:
        """Puts those of known accounts into the index, with their dates; whether that went well.

        Without a date, one that is there keeps the date that it has.
        """
        try:
            with outages_told():
                await in_time(self._note(seen), _SECONDS)
        except DirectoryUnavailable as error:
            _log.warning("invoices not indexed", count=len(seen), reason=error.detail)
            return False
        return True

    async def _note(self, seen: Mapping[InvoiceRef, date | None]) -> None:
        known = await self._indexed(seen)
        news = (ref for ref, day in sorted(seen.items()) if ref not in known or day not in (None, known[ref]))
        rows = [dict(zip(_COLUMNS, (*ref, seen[ref]), strict=True)) for ref in news if all(map(_fits, ref))]
        if rows:
            async with writing(self._engine, _SECONDS) as connection:
                await connection.execute(self._upsert, rows)

    async def _indexed(self, seen: Mapping[InvoiceRef, date | None]) -> dict[InvoiceRef, date | None]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(self._known, {"keys": key_list(seen)})
            return {InvoiceRef(*ref): day for *ref, day in rows}


def _fits(key: str) -> bool:
    return len(key) <= LONGEST_KEY and storable(key)
