"""Any books: a customer's accounts at sources of all four ways of reading, what is asked of them, and what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec
from hypothesis import strategies as st

from resolvers.filter import DateRange, DecimalRange, InvoiceFilter
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, InvoiceType, PaymentStatus
from resolvers.model.money import Money
from resolvers.model.source import IndexedInvoice
from resolvers.order import NEWEST_FIRST, InvoiceOrder, InvoiceOrderField, OrderDirection
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import INDEXED, NUMBERED, WHOLE, WINDOW, Shelf, account_at, invoice_of

FIRST_DAY = date(2026, 1, 1)
SOURCES = ("indexed", "numbered", "whole", "window")

days = st.integers(0, 8).map(lambda number: FIRST_DAY + timedelta(number))
_amounts = st.builds(Money, st.integers(-3, 3).map(Decimal), st.sampled_from(["EUR", "USD"]))
_facts = st.fixed_dictionaries(
    {
        "due_date": st.none() | days,
        "total": st.none() | _amounts,
        "amount_due": st.none() | _amounts,
        "number": st.none() | st.sampled_from(["7", "07", "70"]),
        "type": st.sampled_from([InvoiceType.INVOICE, InvoiceType.CREDIT_NOTE]),
        "payment_status": st.sampled_from([PaymentStatus.PAID, PaymentStatus.UNPAID]),
    }
)
orders = st.just(NEWEST_FIRST) | st.builds(
    InvoiceOrder, st.sampled_from(list(InvoiceOrderField)), st.sampled_from(list(OrderDirection))
)
_ranges = st.builds(DateRange, st.none() | days, st.none() | days)
_conditions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "sources": st.sets(st.sampled_from(SOURCES), max_size=3).map(frozenset),
        "types": st.sampled_from([frozenset(), frozenset({InvoiceType.INVOICE}), frozenset(InvoiceType)]),
        "payment_statuses": st.just(frozenset({PaymentStatus.UNPAID})),
        "numbers": st.just(frozenset({"7", "70"})),
        "issue_date": _ranges,
        "due_date": _ranges,
        "amount_due": st.builds(DecimalRange, st.none() | st.just(Decimal(0)), st.none() | st.just(Decimal(2))),
        "is_overdue": st.booleans(),
    },
)
filters = st.just(InvoiceFilter()) | _conditions.map(lambda told: InvoiceFilter(**told, today=FIRST_DAY + timedelta(4)))


@dataclass(frozen=True, slots=True, repr=False)
class Books:
    """Accounts at sources, with the invoices of each."""

    bench: Bench
    accounts: tuple[Account, ...]

    def __repr__(self) -> str:
        shelf = self.bench.shelves["numbered"]
        paging = (shelf.capabilities.lists_newest_first, shelf.page_size, shelf.tells, shelf.repeats)
        listed = [
            (
                account.source,
                len(account.context),
                [(row.source_invoice_id, str(row.issue_date)) for row in self.rows(account)],
            )
            for account in self.accounts
        ]
        return f"Books{(paging, listed)}"

    def rows(self, account: Account) -> list[Invoice]:
        """The account's invoices, in its source's own order."""
        return self.bench.shelves[account.source].books[account.key]

    def expected(self, filter_: InvoiceFilter, order: InvoiceOrder) -> list[Invoice]:
        """The plain filter and sort of all invoices, those that two accounts share under the lowest account id."""
        distinct: dict[object, Invoice] = {}
        for account in sorted(self.accounts, key=lambda account: account.id):
            if not filter_.sources or account.source in filter_.sources:
                for row in self.rows(account):
                    distinct.setdefault(self.entry(row), row)
        return order.sorted(row for row in distinct.values() if filter_.holds(row))

    def entry(self, row: Invoice) -> object:
        """What tells the invoice from all others, under whatever account it is shown."""
        contexts = {account.id: account.context for account in self.accounts}
        return row.source, contexts[row.account_id], row.source_invoice_id

    @property
    def has_pages(self) -> bool:
        """Whether a page's end may cut the invoices of one day, so that these come as they are read."""
        return any(account.source == "numbered" for account in self.accounts)


@st.composite
def books(draw: st.DrawFn, *, sources: tuple[str, ...] = SOURCES, most: int = 12) -> Books:
    """One to four accounts, some at the same source, where two of the same context may list the same invoice."""
    shelves = {
        "whole": Shelf("whole", WHOLE),
        "window": Shelf("window", replace(WINDOW, ids_per_call=draw(st.integers(1, 3)))),
        "indexed": Shelf("indexed", replace(INDEXED, ids_per_call=draw(st.integers(1, 3)))),
        "numbered": Shelf(
            "numbered",
            replace(NUMBERED, lists_newest_first=draw(st.booleans())),
            page_size=draw(st.integers(1, 5)),
            tells=draw(st.sampled_from(["pages", "next", ""])),
            repeats=draw(st.booleans()),
        ),
    }
    bench = bench_of(*shelves.values())
    accounts = []
    contexts: st.SearchStrategy[Any] = st.sampled_from([(), (("division", "2"),)])
    for key, source in enumerate(draw(st.lists(st.sampled_from(sources), min_size=1, max_size=4))):
        account = account_at(source, str(key), context=draw(contexts))
        accounts.append(account)
        shelves[source].books[account.key] = draw(_listed(account, shelves[source], accounts, most))
    for account in accounts:
        known = (
            IndexedInvoice(row.source_invoice_id, row.issue_date if draw(st.booleans()) else None)
            for row in shelves[account.source].books[account.key]
        )
        bench.register.index[account.id] = list(known) if account.source == "indexed" else None
    bench.register.all_accounts = accounts
    return Books(bench, tuple(accounts))


def _listed(account: Account, shelf: Shelf, accounts: list[Account], most: int) -> st.SearchStrategy[list[Invoice]]:
    """The account's list; ids that an earlier account of its source has, too, are the same invoices there."""
    is_ordered = shelf.capabilities == replace(NUMBERED, lists_newest_first=True)
    earlier = [row for other in accounts[:-1] if other.source == account.source for row in shelf.books[other.key]]
    shared = {row.source_invoice_id: row for row in earlier}

    def told(entries: dict[str, tuple[date | None, dict[str, Any]]]) -> list[Invoice]:
        rows = [
            _under(account, shared.get(id_) or invoice_of(account, id_, day, **facts))
            for id_, (day, facts) in entries.items()
        ]
        return sorted(rows, key=day_of, reverse=True) if is_ordered else rows

    issued = days if is_ordered else st.none() | days
    return st.dictionaries(st.integers(0, 30).map(str), st.tuples(issued, _facts), max_size=most).map(told)


def _under(account: Account, row: Invoice) -> Invoice:
    mine = invoice_of(account, row.source_invoice_id)
    return msgspec.structs.replace(row, account_key=mine.account_key, account_id=mine.account_id)


def day_of(row: Invoice) -> date:
    """The day it was issued; the first of all where that is unknown."""
    return row.issue_date or date.min


def newest(books: Books, *, same_day: bool) -> Callable[[], None]:
    """Adds a new newest invoice to each list in pages, the first ten times it is called; their ids begin with "new"."""
    numbers = count()

    def add() -> None:
        number = next(numbers)
        for account in books.accounts:
            if account.source == "numbered" and number < 10:
                rows = books.rows(account)
                day = max((day_of(row) for row in rows), default=FIRST_DAY) + timedelta(not same_day)
                rows.insert(0, invoice_of(account, f"new {number} of {account.key}", day))

    return add
