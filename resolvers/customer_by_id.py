"""Customers by the company's id, many in one directory query."""

from __future__ import annotations

from resolvers.batch import BatchLoader
from resolvers.model.customer import Customer
from resolvers.model.directory import Directory


class CustomerById(BatchLoader[str, Customer | None]):
    """The customer, or None where the directory has none of that id."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory = directory

    async def batch_load_fn(self, keys: list[str]) -> list[Customer | None]:
        """The customers in the order of the keys."""
        customers = await self._directory.customers(keys)
        return [customers.get(key) for key in keys]
