"""A list that its source hands out all at once."""

from __future__ import annotations

from resolvers.lists.answers import without_repetition
from resolvers.lists.slice import Found, Need, Slice
from resolvers.model.customer import Account
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceList, InvoiceSource, ListQuery


class WholeList:
    """Reads the list once and keeps it."""

    def __init__(self, source: InvoiceSource, account: Account, operation: Operation) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._answer: InvoiceList | None = None
        self._fields: frozenset[str] = frozenset()

    async def read(self, need: Need) -> Slice:
        """All invoices that meet the filter, in order."""
        answer = await self._all(need.fields | need.outline)
        rows = [invoice for invoice in without_repetition([answer]) if need.filter.holds(invoice)]
        return Slice(
            invoices=need.order.sorted(rows),
            total_count=len(rows),
            ids=frozenset(row.source_invoice_id for row in rows) if need.distinct else None,
            fetched_at=answer.fetched_at,
            cache_status=answer.cache_status,
            notes=tuple(answer.notes),
        )

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids."""
        answer = await self._all(fields)
        return Found([invoice for invoice in without_repetition([answer]) if invoice.source_invoice_id in ids])

    async def _all(self, fields: frozenset[str]) -> InvoiceList:
        if self._answer is None or (self._source.capabilities.selects_fields and not fields <= self._fields):
            query = ListQuery(account=self._account, fields=fields)
            self._answer = await self._source.list_invoices(query, self._operation)
            self._fields = fields
        return self._answer
