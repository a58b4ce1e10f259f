"""The lists that one operation reads, one for each account, so that what was read once is not read again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, MutableMapping

from resolvers.lists.indexed import AccountIndex
from resolvers.lists.slice import AccountList, Found, Need, Slice
from resolvers.model.customer import Account
from resolvers.model.errors import SourceError
from resolvers.model.invoice import InvoiceType, Note
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceSource
from resolvers.plan import list_of
from resolvers.source_failures import FailureLog


class AccountLists:
    """Opens an account's list when it is first asked for; one reader at a time, and no further call after a failure."""

    def __init__(
        self,
        sources: Mapping[str, InvoiceSource],
        operation: Operation,
        *,
        sizes: MutableMapping[str, int],
        index: AccountIndex,
    ) -> None:
        self._sources, self._operation, self._sizes, self._index = sources, operation, sizes, index
        self._lists: dict[tuple[str, frozenset[InvoiceType]], _Guarded] = {}
        self._failures = FailureLog()
        self._look_up_notes: dict[str, dict[Note, None]] = defaultdict(dict)

    async def read(self, account: Account, need: Need, types: frozenset[InvoiceType]) -> Slice:
        """The slice that meets the need. Raises SourceError or CallBudgetExceeded."""
        async with self._list(account, types) as list_:
            slice_ = await list_.read(need)
        if slice_.failure is not None:
            self._failures.tell(slice_.failure, self._operation)
        return slice_

    async def find(self, account: Account, ids: frozenset[str], fields: frozenset[str]) -> Found:
        """The account's invoices of these ids. Raises SourceError or CallBudgetExceeded."""
        async with self._list(account, frozenset()) as list_:
            found = await list_.find(ids, fields)
        if isinstance(found.failure, SourceError):
            self._failures.tell(found.failure, self._operation)
        self.tell(account, *found.notes)
        return found

    def tell(self, account: Account, *notes: Note) -> None:
        """Keeps what is to be said about look-ups by id, whose answer has no place for it."""
        self._look_up_notes[account.id] |= dict.fromkeys(notes)

    def look_up_notes(self, account: Account) -> tuple[Note, ...]:
        """What was told about this account's look-ups, each note once."""
        return tuple(self._look_up_notes.get(account.id, ()))

    def _list(self, account: Account, types: frozenset[InvoiceType]) -> _Guarded:
        key = (account.id, types)
        known = self._lists.get(key)
        if known is None:
            source = self._sources[account.source]
            list_ = list_of(source, account, self._operation, types=types, sizes=self._sizes, index=self._index)
            known = self._lists[key] = _Guarded(list_, self._failures, self._operation)
        return known


class _Guarded:
    """A list for one reader at a time: its failure ends it, while that of single look-ups is told in what was found.

    The log learns of it here: what is wrong with a list as a whole, nobody sees who sees one answer at a time.
    """

    def __init__(self, list_: AccountList, failures: FailureLog, operation: Operation) -> None:
        self._list, self._lock = list_, asyncio.Lock()
        self._failures, self._operation = failures, operation
        self._failure: SourceError | None = None

    async def __aenter__(self) -> AccountList:
        await self._lock.acquire()
        if self._failure is not None:
            self._lock.release()
            raise self._failure
        return self._list

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._lock.release()
        if isinstance(error, SourceError):
            self._failure = error
            self._failures.tell(error, self._operation)
