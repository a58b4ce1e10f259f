"""A list that its source cannot hand out: the index of known ids tells what there is, bodies come by id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from resolvers.lists.answers import count_note, look_up, notes_of, oldest, worst
from resolvers.lists.slice import Failure, Found, Need, Slice
from resolvers.model.currency import UNKNOWN_CURRENCY
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, Note, Provenance, ValueOrigin
from resolvers.model.operation import Operation
from resolvers.model.requires import covers, with_requirements
from resolvers.model.source import IndexedInvoice, InvoiceList, InvoiceSource

_OUTLINE = with_requirements(frozenset({"issueDate"}))


class IndexedList:
    """Takes ids and dates from the index, and asks the source for no more bodies than are needed."""

    def __init__(
        self,
        source: InvoiceSource,
        account: Account,
        operation: Operation,
        *,
        index: Callable[[Account], Awaitable[list[IndexedInvoice] | None]],
    ) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._index_of = index
        self._bodies: dict[str, Invoice] = {}
        self._fields: frozenset[str] = frozenset()
        self._answers: list[InvoiceList] = []
        self._gone: set[str] = set()
        self._indexed: frozenset[str] = frozenset()

    async def read(self, need: Need) -> Slice:
        """All indexed rows that meet the filter, in order; bare where the index alone could tell so."""
        entries = await self._index_of(self._account)
        if entries is None:
            return Slice(invoices=[], is_indexed=False)
        index = {entry.source_invoice_id: entry for entry in entries}
        self._indexed = frozenset(index)
        failure = await self._fetch(_unclear(index, need.outline), need.fields | need.outline)
        if failure is not None:
            raise failure
        rows = [self._bodies.get(id_) or self._bare(entry) for id_, entry in index.items() if id_ not in self._gone]
        matching = need.filter.select(rows)
        return Slice(
            invoices=need.order.sorted(matching),
            bare=frozenset(row.source_invoice_id for row in matching) - self._bodies.keys(),
            total_count=len(matching),
            ids=frozenset(row.source_invoice_id for row in matching) if need.distinct else None,
            fetched_at=oldest(self._answers),
            cache_status=worst(self._answers),
            notes=(*notes_of(self._answers), *self._lost(self._indexed)),
        )

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, whether the index knows them or not."""
        failure = await self._fetch(ids, fields)
        found = [self._bodies[id_] for id_ in sorted(ids) if id_ in self._bodies]
        return Found(found, failure, (*notes_of(self._answers), *self._lost(ids)))

    def _lost(self, ids: frozenset[str]) -> tuple[Note, ...]:
        """RECORD_COUNT_MISMATCH where the source does not know what the index does."""
        listed = ids & self._indexed
        return count_note(len(listed), len(listed - self._gone))

    async def _fetch(self, ids: frozenset[str], fields: frozenset[str]) -> Failure | None:
        if self._source.capabilities.selects_fields and not covers(self._fields, fields):
            self._bodies, self._fields = {}, fields
        missing = ids - self._bodies.keys() - self._gone
        answers, failure = await look_up(self._source, self._account, missing, fields, self._operation)
        self._answers += answers
        self._bodies |= {row.source_invoice_id: row for answer in answers for row in answer.invoices}
        if failure is None:
            self._gone |= missing - self._bodies.keys()
        return failure

    def _bare(self, entry: IndexedInvoice) -> Invoice:
        currency = self._source.capabilities.currency
        return Invoice(
            source=self._source.name,
            account_key=self._account.key,
            account_id=self._account.id,
            source_invoice_id=entry.source_invoice_id,
            issue_date=entry.issue_date,
            currency_code=currency or UNKNOWN_CURRENCY,
            currency_origin=ValueOrigin.CONFIGURED if currency else ValueOrigin.UNKNOWN,
            provenance=Provenance(self._source.name, "index", datetime.now(UTC)),
        )


def _unclear(index: Mapping[str, IndexedInvoice], outline: frozenset[str]) -> frozenset[str]:
    """The ids of which the index does not know what must be known of every row."""
    if not outline <= _OUTLINE:
        return frozenset(index)
    return frozenset(id_ for id_, entry in index.items() if outline and entry.issue_date is None)
