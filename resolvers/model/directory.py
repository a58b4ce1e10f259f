"""The port of the directory: which customers the company has, and which account at which source is whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from resolvers.model.customer import Account, Customer
from resolvers.model.identity import AccountRef
from resolvers.model.source import InvoiceIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Customers by ascending id, with the accounts of each, so that one query answers both."""

    customers: list[Customer]
    accounts: dict[str, list[Account]] = field(default_factory=dict)
    has_next: bool


class CustomerAccounts(NamedTuple):
    """A customer with all their accounts, by ascending id."""

    customer: Customer
    accounts: tuple[Account, ...]


class Directory(InvoiceIndex, Protocol):
    """Reads the directory. Each method is at most one query for any number of keys; accounts come by ascending id."""

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        """The known ones of these customers with their accounts, by id."""

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        """The customer as they are now, if it takes no query to know."""

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        """The first customers with an id greater than `after`.

        `search` is a part of the id, the name, the company's name or the e-mail, in any case; `within` limits
        to these ids (None: all).
        """

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        """How many customers such a search finds."""

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The known ones of these accounts."""

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """The account as it is now, if it takes no query to know."""

    async def account_by_number(self, source: str, number: str) -> Account | None:
        """The account that people know by this number; None also where two have it."""

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Whose numbers these are at a source: ids of all customers by account key or number, unknown ones absent."""
