"""A directory that knows every customer there could be, each with one account at every source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from resolvers.model.customer import Account, Customer
from resolvers.model.directory import CustomerAccounts, CustomerPage
from resolvers.model.identity import AccountRef, account_id
from resolvers.model.source import IndexedInvoice

_CUSTOMERS = 1_000


class MadeUpDirectory:
    """Implements the port Directory over the names of the sources; a customer's key at each is the customer's id.

    Each account has so many `invoices`.
    """

    def __init__(self, sources: Sequence[str], *, invoices: int) -> None:
        self._sources, self._invoices = sorted(sources), invoices

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """All of them, each with one account at each source."""
        return {id_: CustomerAccounts(_customer(id_), tuple(self._accounts_of(id_))) for id_ in ids}

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """None, so that a rehearsal asks as if nothing were known."""

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """As many as are asked for."""
        ids = [f"made-up-{number:04}" for number in range(first)]
        return CustomerPage(
            customers=[_customer(id_) for id_ in ids],
            accounts={id_: self._accounts_of(id_) for id_ in ids},
            has_next=True,
        )

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """A good many."""
        return _CUSTOMERS

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """Those at the configured sources."""
        return {ref: self._account(ref.source, ref.account_key) for ref in refs if ref.source in self._sources}

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """None, so that a rehearsal asks as if nothing were known."""

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """Whatever number."""
        return self._account(source, number) if source in self._sources else None

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Nobody's: no made-up invoice names a customer."""
        return {}

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """As many as each account has, of one day."""
        index = [IndexedInvoice(f"made-up-{number}", date.min) for number in range(self._invoices)]
        return {account.id: list(index) for account in accounts}

    def _accounts_of(self, customer_id: str) -> list[Account]:
        return [self._account(source, customer_id) for source in self._sources]

    def _account(self, source: str, key: str) -> Account:
        return Account(
            id=account_id(source, key), source=source, key=key, customer_id=key, known_invoices=self._invoices
        )


def _customer(id_: str) -> Customer:
    """A customer of whom the directory knows so much that no source's record is asked for."""
    return Customer(id=id_, name="made up", email="made@up.example", phone="0")
