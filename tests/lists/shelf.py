"""A source in memory, on the port that the real ones keep, that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from resolvers.model.customer import Account
from resolvers.model.identity import account_id
from resolvers.model.invoice import Invoice, InvoiceType, Note, Provenance
from resolvers.model.money import Money
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import (
    Capabilities,
    FindQuery,
    InvoiceList,
    ListQuery,
    Paging,
    SourceHealth,
    SourceState,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CUSTOMER = "C-1"
Query = ListQuery | FindQuery

_ATTRIBUTES = {
    "number": "number",
    "type": "type",
    "status": "status",
    "paymentStatus": "payment_status",
    "issueDate": "issue_date",
    "dueDate": "due_date",
    "total": "total",
    "amountDue": "amount_due",
    "currencyCode": "currency_code",
    "customerNumber": "customer_number",
}
WHOLE = Capabilities(
    documentation="",
    fields=frozenset(_ATTRIBUTES),
    list_fields=frozenset(_ATTRIBUTES),
    lists_by_account=True,
    lists_paid_invoices=True,
)
NUMBERED = replace(WHOLE, paging=Paging.NUMBERED, lists_newest_first=True)
WINDOW = replace(WHOLE, paging=Paging.WINDOW, selects_fields=True, filters_types=True, ids_per_call=100)
INDEXED = replace(WHOLE, lists_by_account=False, ids_per_call=1)


@dataclass(slots=True)
class Shelf:
    """A source that answers from `books` (by account key, in its own order) as its capabilities say.

    Of numbered paging, `tells` is what a page says of the list's end: "pages", "next" or "" for nothing; behind the
    end stands an empty page or, where `repeats`, the last one again. `most` limits a window's rows. `fault` is asked
    before each answer and gives what to raise; `edit` may change a list's answer on its way, `before` is awaited before
    a list's one is made; nothing is answered while `open` is not. Look-ups leave out the `lost` ids, and say so.
    """

    name: str
    capabilities: Capabilities = WHOLE
    page_size: int = 20
    tells: str = "pages"
    repeats: bool = False
    most: int = 1_000
    books: dict[str, list[Invoice]] = field(default_factory=dict)
    calls: list[Query] = field(default_factory=list)
    fault: Callable[[Query], Exception | None] = lambda _query: None
    edit: Callable[[ListQuery, InvoiceList], InvoiceList] = lambda _query, answer: answer
    before: Callable[[ListQuery], Awaitable[None]] = lambda _query: asyncio.sleep(0)
    open: asyncio.Event | None = None
    lost: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name

    @property
    def kind(self) -> str:
        """The connector's name."""
        return "shelf"

    @property
    def pages(self) -> list[int]:
        """The pages that were asked for."""
        return [query.page for query in self.calls if isinstance(query, ListQuery)]

    def health(self) -> SourceHealth:
        """As if nobody had asked."""
        return SourceHealth(state=SourceState.UNTRIED, since=NOON)

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """A page, a window or all of the account's books."""
        await self._begin(query, operation)
        await self.before(query)
        return self.edit(query, self._listed(query))

    def _listed(self, query: ListQuery) -> InvoiceList:
        rows = self.books.get(query.account.key, [])
        match self.capabilities.paging:
            case Paging.NONE:
                return self._answer(rows, query.fields)
            case Paging.NUMBERED:
                return self._page(rows, query)
            case Paging.WINDOW:
                rows = [row for row in rows if not query.types or row.type in query.types]
                end = query.offset + min(self.most, len(rows) if query.limit is None else query.limit)
                return _change(self._answer(rows[query.offset : end], query.fields), total_count=len(rows))

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Those of the ids that the account has."""
        assert 0 < len(query.ids) <= self.capabilities.ids_per_call
        await self._begin(query, operation)
        rows = [row for row in self.books.get(query.account.key, []) if row.source_invoice_id in query.ids]
        kept = [row for row in rows if row.source_invoice_id not in self.lost]
        answer = self._answer(kept, query.fields)
        dropped = len(rows) - len(kept)
        return _change(answer, notes=[Note("RECORD_DROPPED", actual=str(dropped))] if dropped else [])

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def _begin(self, query: Query, operation: Operation) -> None:
        operation.begin(UpstreamCall(self.name, type(query).__name__, attempts=1))
        self.calls.append(query)
        await asyncio.sleep(0)
        if self.open is not None:
            await self.open.wait()
        if (failure := self.fault(query)) is not None:
            raise failure

    def _page(self, rows: list[Invoice], query: ListQuery) -> InvoiceList:
        count = -(-len(rows) // self.page_size)
        page = min(query.page, max(count, 1)) if self.repeats else query.page
        answer = self._answer(rows[(page - 1) * self.page_size : page * self.page_size], query.fields)
        match self.tells:
            case "pages":
                return _change(answer, total_pages=count)
            case "next":
                return _change(answer, has_next=query.page < count)
        return answer

    def _answer(self, rows: list[Invoice], fields: frozenset[str]) -> InvoiceList:
        if self.capabilities.selects_fields and EVERYTHING not in fields:
            rows = [_only(row, fields) for row in rows]
        return InvoiceList(invoices=rows, fetched_at=NOON)


def account_at(source: str, key: str, customer: str = CUSTOMER, **told: Any) -> Account:
    """An account of the customer."""
    return Account(id=account_id(source, key), source=source, key=key, customer_id=customer, **told)


def invoice_of(account: Account, id_: str, issue_date: date | None = None, **told: Any) -> Invoice:
    """An invoice of the account."""
    return Invoice(
        source=account.source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=id_,
        issue_date=issue_date,
        provenance=Provenance(account.source, "List", NOON),
        **({"number": id_, "type": InvoiceType.INVOICE} | told),
    )


def euros(amount: str | int) -> Money:
    """Some money."""
    return Money(Decimal(amount), "EUR")


def _only(row: Invoice, fields: frozenset[str]) -> Invoice:
    """The row with nothing in it that was not asked for."""
    blank = Invoice(
        source=row.source,
        account_key=row.account_key,
        account_id=row.account_id,
        source_invoice_id=row.source_invoice_id,
        provenance=row.provenance,
    )
    return _change(row, **{name: getattr(blank, name) for path, name in _ATTRIBUTES.items() if path not in fields})


_change = msgspec.structs.replace
