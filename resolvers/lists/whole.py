"""A list that its source hands out all at once; what it does not tell of an invoice may be looked up by id."""

from __future__ import annotations

from resolvers.lists.answers import look_up, without_repetition
from resolvers.lists.slice import Found, Need, Slice
from resolvers.model.completion import completed, needs_details
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
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
            ids=_ids(rows) if need.distinct else None,
            fetched_at=answer.fetched_at,
            cache_status=answer.cache_status,
            bare=_ids(rows) if needs_details(self._source.capabilities, need.fields) else frozenset(),
            notes=tuple(answer.notes),
        )

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, looked up where the list does not hold them or does not tell enough."""
        capabilities = self._source.capabilities
        answer = await self._all(fields)
        listed = {row.source_invoice_id: row for row in answer.invoices if row.source_invoice_id in ids}
        missing = ids if needs_details(capabilities, fields) else ids - listed.keys()
        if not missing or not capabilities.ids_per_call:
            return Found(list(listed.values()))
        answers, failure = await look_up(self._source, self._account, missing, fields, self._operation)
        for row in without_repetition(answers):
            told = listed.get(row.source_invoice_id)
            listed[row.source_invoice_id] = row if told is None else completed(told, row, capabilities)
        known = [row for id_, row in listed.items() if failure is None or id_ not in missing or _is_in(answers, id_)]
        return Found(known, failure)

    async def _all(self, fields: frozenset[str]) -> InvoiceList:
        if self._answer is None or (self._source.capabilities.selects_fields and not fields <= self._fields):
            query = ListQuery(account=self._account, fields=fields)
            self._answer = await self._source.list_invoices(query, self._operation)
            self._fields = fields
        return self._answer


def _ids(rows: list[Invoice]) -> frozenset[str]:
    return frozenset(row.source_invoice_id for row in rows)


def _is_in(answers: list[InvoiceList], id_: str) -> bool:
    return any(row.source_invoice_id == id_ for answer in answers for row in answer.invoices)
