"""Customers by the company's id with their accounts, many in one directory query."""

from __future__ import annotations

import asyncio

from resolvers.batch import BatchLoader
from resolvers.model.directory import CustomerAccounts, Directory


class CustomerById(BatchLoader[str, CustomerAccounts | None]):
    """The customer and their accounts, or None where the directory has none of that id.

    Nearly everybody who asks for the one wants the others next. Whom the directory had at hand when the operation
    began to ask waits for no batch.
    """

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory, self._at_hand = directory, directory.customers_at_hand()

    def do_resolve_reject(self, key: str, future: asyncio.Future[CustomerAccounts | None]) -> None:
        """Takes the key into the batch, unless the customer is at hand."""
        if (known := self._at_hand(key)) is None:
            super().do_resolve_reject(key, future)
        else:
            future.set_result(known)

    async def batch_load_fn(self, keys: list[str]) -> list[CustomerAccounts | None]:
        """The customers in the order of the keys."""
        customers = await self._directory.customers(keys)
        return [customers.get(key) for key in keys]
