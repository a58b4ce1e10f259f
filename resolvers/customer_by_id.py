"""Customers by the company's id with their accounts, many in one directory query."""

from __future__ import annotations

from resolvers.batch import BatchLoader
from resolvers.model.directory import CustomerAccounts, Directory


class CustomerById(BatchLoader[str, CustomerAccounts | None]):
    """The customer and their accounts, or None where the directory has none of that id.

    Nearly everybody who asks for the one wants the others next.
    """

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory = directory

    async def batch_load_fn(self, keys: list[str]) -> list[CustomerAccounts | None]:
        """The customers in the order of the keys."""
        customers = await self._directory.customers(keys)
        return [customers.get(key) for key in keys]
