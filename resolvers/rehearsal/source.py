"""A source's stand-in: it can what the source can, notes what it would be asked, and asks nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from resolvers.answer_keys import Query
from resolvers.answers import KeptAnswer, unsent_call
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource, ListQuery, SourceHealth
from resolvers.rehearsal.rows import made_up_invoices, made_up_list

Remember = Callable[[Query], Awaitable[KeptAnswer | None]]

_LEAST_UNKNOWN_SIZE = 100
"""An account is taken to have at least so many invoices where nobody knows."""

_LARGEST_SIZE = 10_000
"""No more rows than this are made up for one list."""


class RehearsedSource:
    """Implements the ports InvoiceSource and CustomerSource.

    Rows come from an answer that is kept of an earlier time where `remember` has one; else they are made up. `sizes`
    are the lengths of lists by account id, where they are known; else a list is taken to fill the largest page that a
    client can ask for.
    """

    def __init__(
        self, source: InvoiceSource, sizes: Mapping[str, int], remember: Remember | None, *, page_size: int
    ) -> None:
        self.name, self.title, self.kind = source.name, source.title, source.kind
        self.capabilities = source.capabilities
        self._source, self._sizes, self._remember = source, sizes, remember
        self._unknown_size = max(page_size, _LEAST_UNKNOWN_SIZE)

    def health(self) -> SourceHealth:
        """How the source did lately."""
        return self._source.health()

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """The page as it was lately, or made up."""
        kept = await self._kept(query, operation)
        return kept or made_up_list(query, self.capabilities, self._size(query.account))

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices as they were lately, or made up."""
        return await self._kept(query, operation) or made_up_invoices(query)

    async def fetch_customer(self, account: Account, operation: Operation) -> CustomerRecord | None:
        """A customer of whom nothing is known."""
        operation.begin(UpstreamCall(self.name, "fetch_customer", account.key, attempts=1))
        return CustomerRecord()

    async def aclose(self) -> None:
        """Nothing: it has no connections."""

    async def _kept(self, query: Query, operation: Operation) -> InvoiceList | None:
        """The kept answer. A fresh one is no call: it would be given out as it is."""
        kept = None if self._remember is None else await self._remember(query)
        call = unsent_call(self.name, query)
        call.rows = None if kept is None else len(kept.answer.invoices)
        if kept is not None and kept.is_fresh:
            call.cache_status = "HIT"
            operation.calls.append(call)
            return kept.answer
        call.attempts = 1
        operation.begin(call)
        return None if kept is None else kept.answer

    def _size(self, account: Account) -> int:
        known = max(account.known_invoices, self._sizes.get(account.id, 0))
        return min(known or self._unknown_size, _LARGEST_SIZE)
