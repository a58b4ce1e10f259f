"""Accounts by source and key, many in one directory query."""

from __future__ import annotations

from collections.abc import Iterable

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.identity import AccountRef


class AccountByRef(BatchLoader[AccountRef, Account | None]):
    """The account, or None where the directory has none of that name."""

    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self._directory = directory

    async def batch_load_fn(self, keys: list[AccountRef]) -> list[Account | None]:
        """The accounts in the order of the keys."""
        accounts = await self._directory.accounts(keys)
        return [accounts.get(key) for key in keys]

    def remember(self, accounts: Iterable[Account]) -> None:
        """Takes accounts that came by another query, so that none is asked for again."""
        for account in accounts:
            self.prime(AccountRef(account.source, account.key), account)
