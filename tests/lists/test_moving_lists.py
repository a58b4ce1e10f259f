"""Lists in pages that move while they are read: new invoices come in between two requests and between their calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.model.invoice import Invoice
from resolvers.model.source import ListQuery
from tests.lists.bench import Bench, bench_of, nodes, numbers
from tests.lists.shelf import NUMBERED, Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
FIRST_DAY = date(2026, 1, 1)

sizes = st.sampled_from([2, 3, 7, 20])


@dataclass(slots=True)
class Moving:
    """A list, newest first, whose calls end in any order, each of them perhaps with a new invoice.

    In one request fewer come than a page holds: where a whole page went by, a silent source looks at its end.
    """

    random: Random
    days: list[int]
    page_size: int
    tells: str
    chance: float
    rows: list[Invoice] = field(init=False)
    bench: Bench = field(init=False)
    _added: int = 0
    _may_come: int = 0

    def __post_init__(self) -> None:
        newest_first = enumerate(sorted(self.days, reverse=True))
        self.rows = [invoice_of(ACCOUNT, str(id_), FIRST_DAY + timedelta(day)) for id_, day in newest_first]
        shelf = Shelf("shop", NUMBERED, page_size=self.page_size, tells=self.tells, books={"1": self.rows})
        shelf.before = self._before
        self.bench = bench_of(shelf)
        self.next_request()

    def next_request(self) -> None:
        """Lets new invoices come in during the next request, too."""
        self._may_come = self.page_size - 1

    async def _before(self, _: ListQuery) -> None:
        for _turn in range(self.random.randint(0, 6)):
            await asyncio.sleep(0)
        if self._may_come and self.random.random() < self.chance:
            self._may_come, self._added = self._may_come - 1, self._added + 1
            day = FIRST_DAY + timedelta(max(self.days) + self._added // 3)
            self.rows.insert(0, invoice_of(ACCOUNT, f"new {self._added}", day))


moving = st.builds(
    Moving,
    random=st.integers(0, 2**32).map(Random),
    days=st.sampled_from([2, 20, 400]).flatmap(lambda most: st.lists(st.integers(0, most), min_size=10, max_size=40)),
    page_size=st.integers(2, 6),
    tells=st.sampled_from(["pages", "next", ""]),
    chance=st.sampled_from([0.1, 0.3]),
)


@settings(max_examples=200, deadline=None)
@given(moving, sizes, st.booleans())
async def test_no_old_invoice_is_lost_or_repeated_while_new_ones_come(moving: Moving, first: int, count: bool) -> None:
    pages = await moving.bench.walk(ACCOUNT, first=first, count=count, between=moving.next_request)

    found = Counter(id_ for id_ in numbers(pages) if not id_.startswith("new"))
    assert found == Counter(map(str, range(len(moving.days))))
    assert all(page.is_complete for page in pages)
    issued = [row.issue_date for row in nodes(pages) if row.issue_date is not None]
    assert issued == sorted(issued, reverse=True)


_spoilt = st.tuples(st.integers(0, 39), st.none() | st.integers(0, 39))


@settings(max_examples=100, deadline=None)
@given(moving, st.lists(_spoilt, min_size=1, max_size=4), sizes)
async def test_a_list_that_is_undated_or_out_of_order_in_places_comes_whole_and_each_invoice_once(
    moving: Moving, spoilt: list[tuple[int, int | None]], first: int
) -> None:
    moving.chance, rows = 0, moving.rows
    for place, to in spoilt:
        row = rows.pop(place % len(rows))
        if to is None:
            rows.insert(place % len(moving.days), msgspec.structs.replace(row, issue_date=None))
        else:
            rows.insert(to % len(moving.days), row)

    pages = await moving.bench.walk(ACCOUNT, first=first)

    assert Counter(numbers(pages)) == Counter(map(str, range(len(moving.days))))
    assert all(page.is_complete for page in pages)
