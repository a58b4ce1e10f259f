"""A shop in numbered pages of three, whose books may change while they are read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from resolvers.model.invoice import Invoice
from resolvers.model.source import ListQuery
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import NUMBERED, Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
NEWEST = date(2026, 3, 1)


def invoices(count: int) -> list[Invoice]:
    """One a day, newest first: "1" is the newest."""
    return [invoice_of(ACCOUNT, str(number), NEWEST - timedelta(number)) for number in range(1, count + 1)]


def shop(count: int, **told: Any) -> tuple[Bench, Shelf]:
    """A source in pages of three with so many invoices."""
    shelf = Shelf("shop", NUMBERED, books={"1": invoices(count)}, **{"page_size": 3} | told)
    return bench_of(shelf), shelf


def meanwhile(shelf: Shelf, page: int, change: Callable[[list[Invoice]], None]) -> None:
    """Has the books changed just before a page is answered for the first time."""

    def fault(query: object) -> None:
        if isinstance(query, ListQuery) and query.page == page and shelf.pages.count(page) == 1:
            change(shelf.books["1"])

    shelf.fault = fault


def between(shelf: Shelf, answered: int, waiting: int, change: Callable[[list[Invoice]], None]) -> None:
    """Has the books changed between the answers to two pages that are asked for side by side."""
    is_answered = asyncio.Event()

    async def before(query: ListQuery) -> None:
        if query.page == answered and not is_answered.is_set():
            is_answered.set()
        elif query.page == waiting and shelf.pages.count(waiting) == 1:
            await is_answered.wait()
            await asyncio.sleep(0)
            change(shelf.books["1"])

    shelf.before = before


def new(rows: list[Invoice]) -> None:
    rows.insert(0, invoice_of(ACCOUNT, "new", NEWEST))
