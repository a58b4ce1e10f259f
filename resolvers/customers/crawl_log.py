"""The crawl log in SQL: every number that was asked for, and the index that is made of those with an invoice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.engine import writing
from resolvers.customers.outage import outages_told
from resolvers.customers.tables import accounts_table, crawled_table, index_table
from resolvers.model.crawling import IdentifiedInvoice


class SqlCrawlLog:
    """The CrawlLog over a database that `migrate` has seen."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def known(self, source: str) -> dict[str, bool]:
        """The numbers asked for before, and whether there was an invoice."""
        statement = select(crawled_table.c.invoice_id, crawled_table.c.account_key.is_not(None))
        with outages_told():
            async with self._engine.connect() as connection:
                rows = await connection.execute(statement.where(crawled_table.c.source == source))
                return {id_: bool(exists) for id_, exists in rows}

    async def note(self, source: str, found: Sequence[IdentifiedInvoice]) -> None:
        """Keeps what was found out, in place of what was known of these numbers."""
        if not found:
            return
        rows = [
            {
                "source": source,
                "invoice_id": invoice.source_invoice_id,
                "account_key": invoice.account_key,
                "issue_date": invoice.issue_date,
            }
            for invoice in found
        ]
        is_known = (crawled_table.c.source == source) & (crawled_table.c.invoice_id == bindparam("known_id"))
        async with writing(self._engine) as connection:
            await connection.execute(
                delete(crawled_table).where(is_known), [{"known_id": row["invoice_id"]} for row in rows]
            )
            await connection.execute(insert(crawled_table), rows)

    async def publish(self, source: str, *, is_complete: bool) -> int:
        """Puts the found invoices of known accounts into the index; how many were new there."""
        crawled, account, index = crawled_table.c, accounts_table.c, index_table.c
        is_indexed = (
            select(literal(1))
            .where(
                index.source == source,
                index.account_key == crawled.account_key,
                index.invoice_id == crawled.invoice_id,
            )
            .exists()
        )
        new = (
            select(crawled.source, crawled.account_key, crawled.invoice_id, crawled.issue_date)
            .join(accounts_table, (account.source == crawled.source) & (account.key == crawled.account_key))
            .where(crawled.source == source, ~is_indexed)
        )
        columns = ["source", "account_key", "invoice_id", "issue_date"]
        async with writing(self._engine) as connection:
            inserted = await connection.execute(insert(index_table).from_select(columns, new))
            if is_complete:
                of_source = accounts_table.c.source == source
                await connection.execute(update(accounts_table).where(of_source).values(index_complete=True))
            return inserted.rowcount
