"""A directory in memory: it counts what it is asked, answers as slowly as it is told, and has a revision."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from resolvers.model.customer import Account, Customer
from resolvers.model.directory import CustomerAccounts, CustomerPage
from resolvers.model.identity import AccountRef, account_id
from resolvers.model.source import IndexedInvoice

_Answer = TypeVar("_Answer")


def account(key: str, customer_id: str) -> Account:
    return Account(id=account_id("shop", key), source="shop", key=key, customer_id=customer_id)


class CountingDirectory:
    """Customers' names by id, and owners by account key. It looks when it is asked, and answers so many turns later."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.asked: list[tuple[str, list[str]]] = []
        self.turns = 0
        self.revision: int | None = 0

    def write(self, *, names: dict[str, str] | None = None, owners: dict[str, str] | None = None) -> None:
        """Writes as an import does, so that the revision tells."""
        self.names |= names or {}
        self.owners |= owners or {}
        self.revision = None if self.revision is None else self.revision + 1

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        known = {
            id_: CustomerAccounts(Customer(id=id_, name=self.names[id_]), self._accounts_of(id_))
            for id_ in ids
            if id_ in self.names
        }
        return await self._answer("customers", ids, known)

    def customer_at_hand(self, id_: str) -> CustomerAccounts | None:
        return None

    async def customer_page(
        self, *, first: int, after: str | None, search: str | None, within: frozenset[str] | None
    ) -> CustomerPage:
        found = sorted(id_ for id_ in self.names if (search or "") in id_ and id_ > (after or ""))
        customers = [Customer(id=id_, name=self.names[id_]) for id_ in found[:first]]
        return await self._answer("page", [], CustomerPage(customers=customers, has_next=len(found) > first))

    async def count_customers(self, *, search: str | None, within: frozenset[str] | None) -> int:
        return await self._answer("count", [], len(self.names))

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        keys = [ref.account_key for ref in refs]
        known = {ref: account(ref.account_key, self.owners[ref.account_key]) for ref in refs if self._has(ref)}
        return await self._answer("accounts", keys, known)

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        return None

    async def account_by_number(self, source: str, number: str) -> Account | None:
        owner = self.owners.get(number)
        return await self._answer("number", [number], account(number, owner) if owner else None)

    async def customer_numbers(self, source: str, numbers: Sequence[str]) -> dict[str, frozenset[str]]:
        return await self._answer(
            "numbers",
            numbers,
            {number: frozenset({self.owners[number]}) for number in numbers if number in self.owners},
        )

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        return await self._answer("invoices_of", [one.key for one in accounts], {one.id: [] for one in accounts})

    def _accounts_of(self, customer_id: str) -> tuple[Account, ...]:
        return tuple(account(key, owner) for key, owner in sorted(self.owners.items()) if owner == customer_id)

    def _has(self, ref: AccountRef) -> bool:
        return ref.source == "shop" and ref.account_key in self.owners

    async def _answer(self, question: str, keys: Sequence[str], answer: _Answer) -> _Answer:
        self.asked.append((question, list(keys)))
        for _ in range(self.turns):
            await asyncio.sleep(0)
        return answer
