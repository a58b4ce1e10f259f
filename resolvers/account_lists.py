"""The lists that one operation reads, one for each account, so that what was read once is not read again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from typing import Any, TypeVar

from resolvers.lists.slice import AccountList, Found, Need, Slice
from resolvers.model.customer import Account
from resolvers.model.errors import SourceError
from resolvers.model.invoice import InvoiceType, Note
from resolvers.model.operation import Operation
from resolvers.model.source import IndexedInvoice, InvoiceSource
from resolvers.plan import list_of

T = TypeVar("T")


class AccountLists:
    """Opens an account's list when it is first asked for; one reader at a time, and no further call after a failure."""

    def __init__(
        self,
        sources: Mapping[str, InvoiceSource],
        operation: Operation,
        *,
        sizes: MutableMapping[str, int],
        index: Callable[[Account], Awaitable[list[IndexedInvoice] | None]],
    ) -> None:
        self._sources, self._operation, self._sizes, self._index = sources, operation, sizes, index
        self._lists: dict[tuple[str, frozenset[InvoiceType]], _Guarded] = {}
        self._look_up_notes: dict[str, dict[Note, None]] = defaultdict(dict)

    async def read(self, account: Account, need: Need, types: frozenset[InvoiceType]) -> Slice:
        """The slice that meets the need. Raises SourceError or CallBudgetExceeded."""
        return await self._list(account, types).read(need)

    async def find(self, account: Account, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The account's invoices of these ids. Raises SourceError or CallBudgetExceeded."""
        found = await self._list(account, frozenset()).find(ids, fields)
        self.tell(account, *found.notes)
        return found

    def tell(self, account: Account, *notes: Note) -> None:
        """Keeps what is to be said about look-ups by id, whose answer has no place for it."""
        self._look_up_notes[account.id] |= dict.fromkeys(notes)

    def look_up_notes(self, account: Account) -> tuple[Note, ...]:
        """What was told about this account's look-ups, each note once."""
        return tuple(self._look_up_notes[account.id])

    def _list(self, account: Account, types: frozenset[InvoiceType]) -> _Guarded:
        key = (account.id, types)
        if key not in self._lists:
            source = self._sources[account.source]
            self._lists[key] = _Guarded(
                list_of(source, account, self._operation, types=types, sizes=self._sizes, index=self._index)
            )
        return self._lists[key]


class _Guarded:
    def __init__(self, list_: AccountList) -> None:
        self._list, self._lock = list_, asyncio.Lock()
        self._failure: SourceError | None = None

    async def read(self, need: Need) -> Slice:
        async with self._lock:
            return await self._tried(self._list.read(need))

    async def find(self, ids: frozenset[str], fields: frozenset[str]) -> Found:
        async with self._lock:
            return await self._tried(self._list.find(ids, fields))

    async def _tried(self, reading: Coroutine[Any, Any, T]) -> T:
        """What the list gives; its failure ends it, while that of single look-ups is told in what was found."""
        if self._failure is not None:
            reading.close()
            raise self._failure
        try:
            return await reading
        except SourceError as failure:
            self._failure = failure
            raise
