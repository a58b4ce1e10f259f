"""Lists read as the graph reads them: page after page, each in an operation of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.account_lists import AccountLists
from resolvers.filter import EVERY_INVOICE
from resolvers.gateway import Gateway, Session
from resolvers.index_by_account import LazyIndex
from resolvers.invoice_page import invoice_page
from resolvers.keys import KeyRing
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.order import NEWEST_FIRST
from resolvers.page import InvoicePage, PageRequest
from tests.lists.register import Register
from tests.lists.shelf import CUSTOMER, Shelf

KEYS = KeyRing(["a key of the tests alone"])
FIELDS = frozenset({"number", "issueDate", "total"})
_MOST_PAGES = 200


@dataclass(slots=True)
class Bench:
    """A gateway over sources in memory."""

    shelves: dict[str, Shelf]
    register: Register = field(default_factory=Register)
    keys: KeyRing = KEYS
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = Gateway(self.shelves, self.register, self.keys)

    def session(self, call_budget: int = 500) -> Session:
        """The loaders of one operation that has time enough."""
        operation = Operation.within(60, call_budget)
        return self.gateway.session(EVERYONE_IS_STAFF, operation)

    async def page(self, *accounts: Account, **wanted: Any) -> InvoicePage:
        """One page, in an operation of its own."""
        return await invoice_page(self.session(), request(*accounts, **wanted))

    async def together(self, session: Session, *requests: PageRequest) -> list[InvoicePage]:
        """Several pages in one operation, as aliases ask for them."""
        return list(await asyncio.gather(*(invoice_page(session, request) for request in requests)))

    def lists(self) -> AccountLists:
        """The lists of one operation."""
        operation = self.session().operation
        index = LazyIndex(self.register, self.gateway.correct_index)
        return AccountLists(self.shelves, operation, sizes=self.gateway.sizes, index=index)

    async def walk(
        self, *accounts: Account, between: Callable[[], None] = lambda: None, **wanted: Any
    ) -> list[InvoicePage]:
        """All pages, each behind the last cursor of the one before; `between` two of them something may happen."""
        pages = [await self.page(*accounts, **wanted)]
        while pages[-1].page_info.has_next_page:
            assert len(pages) < _MOST_PAGES
            between()
            pages.append(await self.page(*accounts, **wanted | {"after": pages[-1].page_info.end_cursor}))
        return pages


def bench_of(*shelves: Shelf) -> Bench:
    """A gateway over these sources."""
    return Bench({shelf.name: shelf for shelf in shelves})


def request(*accounts: Account, **wanted: Any) -> PageRequest:
    """What is asked of the accounts' merged list: all of it, newest first, three at a time, unless said otherwise."""
    usual = PageRequest(
        owner=f"customer:{CUSTOMER}",
        accounts=accounts,
        fields=FIELDS,
        filter=EVERY_INVOICE,
        order=NEWEST_FIRST,
        first=3,
        after=None,
        rows=True,
        count=False,
        has_next=True,
        edge_cursors=False,
        page_cursors=True,
    )
    return msgspec.structs.replace(usual, **wanted)


def nodes(pages: Iterable[InvoicePage]) -> list[Invoice]:
    """The invoices of all the pages."""
    return [node for page in pages for node in page.nodes]


def numbers(pages: Iterable[InvoicePage]) -> list[str]:
    """The invoices of all the pages, by the source's own ids."""
    return [node.source_invoice_id for node in nodes(pages)]
