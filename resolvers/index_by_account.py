"""The indexed invoices of accounts whose source cannot list, many in one directory query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.model.source import IndexedInvoice, InvoiceIndex


class IndexByAccount(BatchLoader[Account, list[IndexedInvoice] | None]):
    """The known ids and dates; None where the account's index was never completed."""

    def __init__(self, index: InvoiceIndex) -> None:
        super().__init__()
        self._index = index

    async def batch_load_fn(self, keys: list[Account]) -> list[list[IndexedInvoice] | None]:
        """The indexed invoices in the order of the keys."""
        known = await self._index.invoices_of(keys)
        return [known.get(key.id) for key in keys]


class LazyIndex:
    """The same, with the loader made when it is first asked for: few operations need it.

    `correct` takes an invoice whose date the index has wrong.
    """

    __slots__ = ("_index", "_loader", "correct")

    def __init__(self, index: InvoiceIndex, correct: Callable[[Invoice], None]) -> None:
        self._index, self.correct = index, correct
        self._loader: IndexByAccount | None = None

    def load(self, account: Account) -> Awaitable[list[IndexedInvoice] | None]:
        """The account's indexed invoices."""
        if self._loader is None:
            self._loader = IndexByAccount(self._index)
        return self._loader.load(account)
