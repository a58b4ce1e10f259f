"""A directory in memory, on the port that the real one keeps, that counts its queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resolvers.model.customer import Account, Customer
from resolvers.model.directory import CustomerAccounts, CustomerPage
from resolvers.model.identity import AccountRef
from resolvers.model.source import IndexedInvoice


@dataclass(slots=True)
class Register:
    """A directory of one customer's accounts, the index of their invoices, and whose customer numbers are whose."""

    all_accounts: list[Account] = field(default_factory=list)
    index: dict[str, list[IndexedInvoice] | None] = field(default_factory=dict)
    numbers: dict[str, frozenset[str]] = field(default_factory=dict)
    queries: int = 0

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """The owners of the accounts, with these by ascending id."""
        self.queries += 1
        theirs: dict[str, list[Account]] = {}
        for account in sorted(self.all_accounts, key=lambda account: account.id):
            if account.customer_id in ids:
                theirs.setdefault(account.customer_id, []).append(account)
        return {
            id_: CustomerAccounts(Customer(id=id_, name=f"Customer {id_}"), tuple(accounts))
            for id_, accounts in theirs.items()
        }

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """None."""

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """The owners of the accounts by ascending id."""
        self.queries += 1
        owners = sorted({account.customer_id for account in self.all_accounts})
        wanted = [
            id_
            for id_ in owners
            if (after is None or id_ > after) and (search or "") in id_ and (within is None or id_ in within)
        ]
        accounts = {id_: [account for account in self.all_accounts if account.customer_id == id_] for id_ in wanted}
        customers = [Customer(id=id_) for id_ in wanted[:first]]
        return CustomerPage(customers=customers, accounts=accounts, has_next=len(wanted) > first)

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """How many owners there are."""
        page = await self.customer_page(first=1_000, after=None, search=search, within=within)
        return len(page.customers)

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The known ones."""
        self.queries += 1
        known = {AccountRef(account.source, account.key): account for account in self.all_accounts}
        return {ref: known[ref] for ref in refs if ref in known}

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """None."""

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """By its key, which is its number here."""
        found = await self.accounts([AccountRef(source, number)])
        return next(iter(found.values()), None)

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """The same at every source."""
        self.queries += 1
        return {number: self.numbers[number] for number in numbers if number in self.numbers}

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """By account id."""
        self.queries += 1
        return {account.id: self.index.get(account.id) for account in accounts}
