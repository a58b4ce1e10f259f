"""A source with one invoice behind what shares its calls and keeps its answers."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from resolvers.answers import SharedSource
from resolvers.model.customer import Account, Secret
from resolvers.model.invoice import Invoice, Provenance
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth, SourceState
from resolvers.transport.cache import AnswerCache
from resolvers.transport.http import HttpTransport
from tests.transport.calls import GET

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACCOUNT = Account(id="a", source="shop", key="7", customer_id="c", secret=Secret("s3cret"))
QUERY = ListQuery(account=ACCOUNT, fields=frozenset({"number", "total"}))
FIND = FindQuery(account=ACCOUNT, fields=QUERY.fields, ids=("1", "2"))


class Shelf:
    """A source with one invoice, that answers when it is let and fails as told."""

    name = title = kind = "shop"
    capabilities = Capabilities(
        documentation="", fields=QUERY.fields, list_fields=QUERY.fields, lists_by_account=True, lists_paid_invoices=True
    )

    def __init__(self) -> None:
        self.asked: list[ListQuery | FindQuery] = []
        self.error: Exception | None = None
        self.cancelled = 0
        self.open = asyncio.Event()
        self.open.set()

    def health(self) -> SourceHealth:
        """As if nobody had asked."""
        return SourceHealth(state=SourceState.UNTRIED, since=NOON)

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """The invoice."""
        return await self._answer(query, operation)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoice."""
        return await self._answer(query, operation)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def _answer(self, query: ListQuery | FindQuery, operation: Operation) -> InvoiceList:
        operation.begin(UpstreamCall(source="shop", operation="Invoices", attempts=1))
        self.asked.append(query)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        invoice = Invoice(
            source="shop",
            account_key=query.account.key,
            account_id="a",
            source_invoice_id="1",
            number=f"answer {len(self.asked)}",
            provenance=Provenance("shop", "Invoices", NOON),
        )
        return InvoiceList(invoices=[invoice], fetched_at=NOON)


class Wired(Shelf):
    """A source at the end of a transport, with nothing in it."""

    def __init__(self, transport: HttpTransport) -> None:
        super().__init__()
        self._transport = transport

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """No invoice."""
        call = operation.begin(UpstreamCall(source="shop", operation="Invoices"))
        await self._transport.send(GET, call, operation)
        return InvoiceList(invoices=[], fetched_at=NOON)


class Bench:
    """A shelf behind what is tested, with a clock for the cache."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.shelf = Shelf()
        self.cache = AnswerCache(fresh_seconds=15, stale_seconds=3_600, now=lambda: self.seconds)
        self.source = SharedSource(self.shelf, self.cache, key_secret=b"key")

    async def kept(self) -> None:
        """Has an answer kept, and grow stale."""
        await self.source.list_invoices(QUERY, operation())
        await asyncio.gather(*self.source._puts)
        self.seconds += 60


def operation(seconds: float = 5.0, call_budget: int = 500) -> Operation:
    """An operation with so much time left."""
    return Operation(deadline=time.monotonic() + seconds, call_budget=call_budget)


def asking(bench: Bench, with_: Operation) -> asyncio.Task[InvoiceList]:
    """A caller of its own."""
    return asyncio.create_task(bench.source.list_invoices(QUERY, with_))
