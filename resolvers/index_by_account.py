"""The indexed invoices of accounts whose source cannot list, many in one directory query."""

from __future__ import annotations

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
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
