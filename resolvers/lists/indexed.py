"""A list that its source cannot hand out: the index of known ids tells what there is, bodies come by id."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from resolvers.lists.answers import count_note, look_up, notes_of, oldest, worst
from resolvers.lists.slice import Failure, Found, Need, Slice
from resolvers.model.currency import UNKNOWN_CURRENCY
from resolvers.model.customer import Account
from resolvers.model.errors import SourceError
from resolvers.model.invoice import Invoice, Note, Provenance, ValueOrigin
from resolvers.model.operation import Operation
from resolvers.model.requires import covers, with_requirements
from resolvers.model.source import IndexedInvoice, InvoiceList, InvoiceSource

_OUTLINE = with_requirements(frozenset({"issueDate"}))


class AccountIndex(Protocol):
    """What the index knows of accounts."""

    def load(self, account: Account) -> Awaitable[list[IndexedInvoice] | None]:
        """The known ids and dates of the account's invoices; None where its index was never completed."""

    def correct(self, invoice: Invoice, /) -> None:
        """Takes an invoice whose date the index has wrong."""


class IndexedList:
    """Takes ids and dates from the index, and asks the source for no more bodies than are needed.

    A body whose date is another one than the index's corrects the index, beside the answer.
    """

    def __init__(
        self,
        source: InvoiceSource,
        account: Account,
        operation: Operation,
        *,
        index: AccountIndex,
    ) -> None:
        self._source, self._account, self._operation = source, account, operation
        self._index = index
        self._bodies: dict[str, Invoice] = {}
        self._fields: frozenset[str] = frozenset()
        self._answers: list[InvoiceList] = []
        self._gone: set[str] = set()
        self._failed: dict[str, SourceError] = {}
        self._entries: Mapping[str, IndexedInvoice] = {}

    async def read(self, need: Need) -> Slice:
        """All indexed rows that meet the filter, in order; bare where the index alone could tell so.

        A look-up that fails costs its row, and is tried no more; the list fails only where no row is left.
        """
        indexed = await self._index.load(self._account)
        if indexed is None:
            return Slice(invoices=[], is_indexed=False)
        self._entries = entries = {entry.source_invoice_id: entry for entry in indexed}
        lost = await self._fail_alone(_unclear(entries, need.outline), need.fields | need.outline)
        absent = self._gone | lost.keys()
        rows = [self._bodies.get(id_) or self._bare(entry) for id_, entry in entries.items() if id_ not in absent]
        failure = next(iter(lost.values()), None)
        if failure is not None and not rows:
            raise failure
        matching = need.filter.select(rows)
        return Slice(
            invoices=need.order.sorted(matching),
            bare=frozenset(row.source_invoice_id for row in matching) - self._bodies.keys(),
            total_count=None if failure else len(matching),
            ids=frozenset(row.source_invoice_id for row in matching) if need.distinct and not failure else None,
            fetched_at=oldest(self._answers),
            cache_status=worst(self._answers),
            notes=(*notes_of(self._answers), *self._lost(frozenset(entries))),
            failure=failure,
        )

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The invoices of these ids, whether the index knows them or not."""
        failure = await self._fetch(ids, fields)
        found = [self._bodies[id_] for id_ in sorted(ids) if id_ in self._bodies]
        return Found(found, failure, (*notes_of(self._answers), *self._lost(ids)))

    async def _fail_alone(self, ids: frozenset[str], fields: frozenset[str]) -> Mapping[str, SourceError]:
        """Fetches the bodies, and tells which of them failed, now or before. Raises CallBudgetExceeded."""
        asked = ids - self._failed.keys()
        failure = await self._fetch(asked, fields)
        if isinstance(failure, SourceError):
            self._failed |= dict.fromkeys(sorted(asked - self._bodies.keys()), failure)
        elif failure is not None:
            raise failure
        return {id_: error for id_, error in self._failed.items() if id_ in ids and id_ not in self._bodies}

    def _lost(self, ids: frozenset[str]) -> tuple[Note, ...]:
        """RECORD_COUNT_MISMATCH where the source does not know what the index does."""
        listed = ids & self._entries.keys()
        return count_note(len(listed), len(listed - self._gone))

    async def _fetch(self, ids: frozenset[str], fields: frozenset[str]) -> Failure | None:
        fields |= _OUTLINE  # by which the index is put right
        if self._source.capabilities.selects_fields and not covers(self._fields, fields):
            self._bodies, self._fields = {}, fields
        missing = ids - self._bodies.keys() - self._gone
        answers, failure = await look_up(self._source, self._account, missing, fields, self._operation)
        self._answers += answers
        rows = [row for answer in answers for row in answer.invoices]
        self._bodies |= {row.source_invoice_id: row for row in rows}
        for row in rows:
            if self._is_outdated(row):
                self._index.correct(row)
        if failure is None:
            self._gone |= missing - self._bodies.keys()
        return failure

    def _is_outdated(self, body: Invoice) -> bool:
        """Whether the index has another date of it than it has itself."""
        entry = self._entries.get(body.source_invoice_id)
        return entry is not None and body.issue_date not in (None, entry.issue_date)

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
