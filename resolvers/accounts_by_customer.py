"""The accounts of customers, many in one directory query."""

from __future__ import annotations

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
from resolvers.model.directory import Directory


class AccountsByCustomer(BatchLoader[str, list[Account]]):
    """A customer's accounts by ascending id; empty where there are none."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory = directory

    async def batch_load_fn(self, keys: list[str]) -> list[list[Account]]:
        """The accounts in the order of the keys."""
        accounts = await self._directory.accounts_of(keys)
        return [accounts.get(key, []) for key in keys]
