"""The directory as one operation has it: nobody waits for it longer than the operation may take."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from resolvers.model.customer import Account
from resolvers.model.directory import CustomerAccounts, CustomerPage, Directory
from resolvers.model.errors import DirectoryUnavailable, OperationTimeout
from resolvers.model.identity import AccountRef
from resolvers.model.operation import Operation
from resolvers.model.source import IndexedInvoice

T = TypeVar("T")

_FAIR_SECONDS = 1.0
"""A directory that has less, and less than half of what its operation had, says nothing of itself by not answering."""


@dataclass(slots=True)
class DirectoryTally:
    """How often the directory was asked, or told to keep something, and failed or came too late."""

    failures: int = 0


class DirectoryUntil:
    """Implements the port over another directory. What is not there by the deadline is DirectoryUnavailable.

    What was asked for only then or just before, and is not at hand, is OperationTimeout: no fault of the directory's.
    """

    __slots__ = ("_directory", "_operation", "_tally")

    def __init__(self, directory: Directory, operation: Operation, tally: DirectoryTally) -> None:
        self._directory, self._operation, self._tally = directory, operation, tally

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """The known ones of these customers with their accounts, by id."""
        return await self._in_time(self._directory.customers(ids))

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """The customer as they are now, if it takes no query to know."""
        return self._directory.customer_at_hand(id_)

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """The first customers with an id greater than `after`, and their accounts."""
        asked = self._directory.customer_page(first=first, after=after, search=search, within=within)
        return await self._in_time(asked)

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """How many customers such a search finds."""
        return await self._in_time(self._directory.count_customers(search=search, within=within))

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The known ones of these accounts."""
        return await self._in_time(self._directory.accounts(refs))

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """The account as it is now, if it takes no query to know."""
        return self._directory.account_at_hand(ref)

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """The account that people know by this number; None also where two have it."""
        return await self._in_time(self._directory.account_by_number(source, number))

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Whose numbers these are at a source: ids of all customers by account key or number, unknown ones absent."""
        return await self._in_time(self._directory.customer_numbers(source, numbers))

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """The known invoices by account id, by ascending id; None where the account's index was never completed."""
        return await self._in_time(self._directory.invoices_of(accounts))

    async def _in_time(self, answer: Coroutine[Any, Any, T]) -> T:
        seconds = self._operation.remaining_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            if not seconds or seconds < min(_FAIR_SECONDS, self._whole_seconds() / 2):
                raise OperationTimeout from None
            self._tally.failures += 1
            raise DirectoryUnavailable("no answer before the operation's deadline") from None
        except DirectoryUnavailable:
            self._tally.failures += 1
            raise

    def _whole_seconds(self) -> float:
        return self._operation.deadline - self._operation.begun_at
