"""Writes go through here, so that no answer that was kept before outlives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from resolvers.answers import SharedSource
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, InvoiceList
from resolvers.model.writing import DraftMistake, InvoiceDraft, WritableSource


class ForgettingWriter:
    """A source to write to. Whatever comes of a write, the account's kept answers are forgotten; reads go past them."""

    def __init__(self, source: WritableSource, kept: SharedSource) -> None:
        self._source, self._kept = source, kept

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices as the source tells them now."""
        return await self._source.find_invoices(query, operation)

    def check_draft(self, draft: InvoiceDraft, current: Invoice | None) -> list[DraftMistake]:
        """What the source could not take of the draft."""
        return self._source.check_draft(draft, current)

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> str:
        """The source's id of the created invoice."""
        async with self._forgetting(account):
            return await self._source.create_invoice(account, draft, operation)

    async def update_invoice(
        self, current: Invoice, account: Account, draft: InvoiceDraft, operation: Operation
    ) -> None:
        """Changes what the draft sets."""
        async with self._forgetting(account):
            await self._source.update_invoice(current, account, draft, operation)

    async def delete_invoice(self, current: Invoice, account: Account, operation: Operation) -> None:
        """Deletes it."""
        async with self._forgetting(account):
            await self._source.delete_invoice(current, account, operation)

    @asynccontextmanager
    async def _forgetting(self, account: Account) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self._kept.forget(account)
