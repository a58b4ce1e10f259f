"""Accounts by source and key, many in one directory query."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from resolvers.batch import BatchLoader
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.identity import AccountRef


class AccountByRef(BatchLoader[AccountRef, Account | None]):
    """The account, or None where the directory has none of that name.

    One of those `known` by another query, or that the directory has at hand, waits for no batch, as no such customer
    does: what both ways lead to is asked for in one tick, and so together.
    """

    def __init__(self, directory: Directory, known: Mapping[tuple[str, str], Account]) -> None:
        super().__init__()
        self._directory, self._known = directory, known

    def do_resolve_reject(self, key: AccountRef, future: asyncio.Future[Account | None]) -> None:
        """Takes the key into the batch, unless it is known."""
        known = self._known.get(key) or self._directory.account_at_hand(key)
        if known is None:
            super().do_resolve_reject(key, future)
        else:
            future.set_result(known)

    async def batch_load_fn(self, keys: list[AccountRef]) -> list[Account | None]:
        """The accounts in the order of the keys."""
        accounts = await self._directory.accounts(keys)
        return [accounts.get(key) for key in keys]
