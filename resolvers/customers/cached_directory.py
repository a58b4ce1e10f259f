"""A directory over a directory: what every request asks of it is asked once in a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from resolvers.customers.recent import Freshness, Recent
from resolvers.customers.revision import Revision
from resolvers.customers.tables import LONGEST_KEY
from resolvers.model.customer import Account
from resolvers.model.directory import CustomerAccounts, CustomerPage, Directory
from resolvers.model.identity import AccountRef
from resolvers.model.source import IndexedInvoice

_MOST_ROWS = 10_000


class CachedDirectory:
    """Implements the port: customers and accounts by key are good for so many `seconds`, or until somebody writes.

    All else is asked each time: pages and counts, the index of invoices, and whose a number is, which the gate asks.
    At most `most` rows of each kind are kept, unknown keys included. Secrets stay sealed.
    """

    __slots__ = ("_accounts", "_customers", "_directory")

    def __init__(
        self,
        directory: Directory,
        revision: Revision,
        *,
        seconds: float,
        most: int = _MOST_ROWS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        fresh = Freshness(seconds, clock, revision)
        self._customers = Recent[str, CustomerAccounts](directory.customers, fresh, weigh=_customer_weight, most=most)
        self._accounts = Recent[AccountRef, Account](directory.accounts, fresh, weigh=_account_weight, most=most)

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """The known ones of these customers with their accounts, by id."""
        return await self._customers.of(ids)

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """The customer, if they are kept."""
        return self._customers.at_hand(id_)

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """The first customers with an id greater than `after`, and their accounts."""
        return await self._directory.customer_page(first=first, after=after, search=search, within=within)

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """How many customers such a search finds."""
        return await self._directory.count_customers(search=search, within=within)

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The known ones of these accounts."""
        return await self._accounts.of(refs)

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """The account, if it is kept."""
        return self._accounts.at_hand(ref)

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """The account that people know by this number; None also where two have it."""
        return await self._directory.account_by_number(source, number)

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Whose numbers these are at a source: ids of all customers by account key or number, unknown ones absent."""
        return await self._directory.customer_numbers(source, numbers)

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """The known invoices by account id, by ascending id; None where the account's index was never completed."""
        return await self._directory.invoices_of(accounts)


# In rows. A key that no row can have is as long as a client likes, and counts as several.


def _customer_weight(id_: str, known: CustomerAccounts | None) -> int:
    return max(1, len(known.accounts) if known else 0) + len(id_) // LONGEST_KEY


def _account_weight(ref: AccountRef, _: Account | None) -> int:
    return 1 + (len(ref.source) + len(ref.account_key)) // LONGEST_KEY
