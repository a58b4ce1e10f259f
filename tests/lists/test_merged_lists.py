"""Whatever the books, the filter, the order and the page size: each invoice once, in order, and the truth about it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.filter import InvoiceFilter
from resolvers.model.errors import SourceUnavailable
from resolvers.model.invoice import Invoice
from resolvers.model.source import ListQuery
from resolvers.order import NEWEST_FIRST, InvoiceOrder
from resolvers.outcome import SourceResultStatus
from tests.lists.bench import nodes, numbers
from tests.lists.generated import Books, books, day_of, filters, newest, orders

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of a failing example

sizes = st.integers(1, 7)


def in_order(rows: list[Invoice], order: InvoiceOrder, *, exactly: bool) -> list[Any]:
    """The rows as they stand, or, where ties may come as they are read, the ties as sets."""
    if exactly:
        return [row.id for row in rows]
    tied = groupby(rows, key=lambda row: order.key(row)[:2])
    return [(value, Counter(row.source_invoice_id for row in group)) for value, group in tied]


@settings(max_examples=150, deadline=None)
@given(books(), filters, orders, sizes)
async def test_paging_to_the_end_gives_the_plain_filter_and_sort_of_all_invoices(
    books: Books, filter_: InvoiceFilter, order: InvoiceOrder, first: int
) -> None:
    exactly = not (books.has_pages and order == NEWEST_FIRST)

    pages = await books.bench.walk(*books.accounts, filter=filter_, order=order, first=first)

    assert in_order(nodes(pages), order, exactly=exactly) == in_order(
        books.expected(filter_, order), order, exactly=exactly
    )
    assert all(len(page.edges) == first for page in pages[:-1])
    assert all(page.is_complete for page in pages)


@settings(max_examples=100, deadline=None)
@given(books(), filters, orders, st.integers(0, 40), sizes)
async def test_each_edges_cursor_goes_on_right_behind_it(
    books: Books, filter_: InvoiceFilter, order: InvoiceOrder, place: int, first: int
) -> None:
    exactly = not (books.has_pages and order == NEWEST_FIRST)
    expected = books.expected(filter_, order)
    asked: dict[str, Any] = {"filter": filter_, "order": order, "edge_cursors": True}
    page = await books.bench.page(*books.accounts, **asked, first=7)
    if not page.edges:
        return
    edge = place % len(page.edges)

    rest = await books.bench.walk(*books.accounts, **asked, first=first, after=page.edges[edge].cursor)

    rows = [*page.nodes[: edge + 1], *nodes(rest)]
    assert in_order(rows, order, exactly=exactly) == in_order(expected, order, exactly=exactly)


@settings(max_examples=100, deadline=None)
@given(books(), filters, sizes, st.booleans())
async def test_no_old_invoice_is_lost_or_repeated_where_new_ones_shift_the_pages_between_two_requests(
    books: Books, filter_: InvoiceFilter, first: int, same_day: bool
) -> None:
    expected = {row.source_invoice_id for row in books.expected(filter_, NEWEST_FIRST)}

    pages = await books.bench.walk(
        *books.accounts, filter=filter_, first=first, between=newest(books, same_day=same_day)
    )

    found = Counter(books.entry(row) for row in nodes(pages))
    assert [entry for entry, count in found.items() if count > 1] == []
    assert {id_ for id_ in numbers(pages) if not id_.startswith("new")} == expected


@settings(max_examples=100, deadline=None)
@given(books(), filters, orders, sizes)
async def test_a_total_count_is_the_plain_count_on_every_page(
    books: Books, filter_: InvoiceFilter, order: InvoiceOrder, first: int
) -> None:
    expected = len(books.expected(filter_, order))

    pages = await books.bench.walk(*books.accounts, filter=filter_, order=order, first=first, count=True)
    alone = await books.bench.page(*books.accounts, filter=filter_, order=order, rows=False, count=True)

    assert {page.total_count for page in [*pages, alone]} == {expected}


@settings(max_examples=100, deadline=None)
@given(books(most=20), st.data(), filters, sizes)
async def test_a_source_that_fails_stays_out_and_leaves_the_others_whole_and_in_order(
    books: Books, data: st.DataObject, filter_: InvoiceFilter, first: int
) -> None:
    shelf = books.bench.shelves[data.draw(st.sampled_from(sorted({account.source for account in books.accounts})))]
    answers = data.draw(st.integers(0, 6))
    shelf.fault = lambda _: SourceUnavailable(shelf.name, "gone") if len(shelf.calls) > answers else None
    expected = [row for row in books.expected(filter_, NEWEST_FIRST) if row.source != shelf.name]

    pages = await books.bench.walk(*books.accounts, filter=filter_, first=first)

    others = [row for row in nodes(pages) if row.source != shelf.name]
    assert in_order(others, NEWEST_FIRST, exactly=False) == in_order(expected, NEWEST_FIRST, exactly=False)
    failed = [any(result.status is SourceResultStatus.FAILED for result in page.sources) for page in pages]
    assert failed == sorted(failed)
    assert [page.is_complete for page in pages] == [not has_failed for has_failed in failed]
    days = [row.issue_date for row in nodes(pages) if row.issue_date is not None]
    assert days == sorted(days, reverse=True)
    assert max(Counter(row.id for row in nodes(pages)).values(), default=1) == 1


@settings(max_examples=100, deadline=None)
@given(books(sources=("numbered", "whole"), most=20), sizes)
async def test_no_page_is_read_twice_nor_one_that_the_answer_does_not_need(books: Books, first: int) -> None:
    shelf = books.bench.shelves["numbered"]
    if not shelf.capabilities.lists_newest_first:
        return
    rest = {books.entry(row): row for row in books.expected(InvoiceFilter(), NEWEST_FIRST)}
    after = None
    while rest:
        shelf.calls.clear()
        page = await books.bench.page(*books.accounts, first=first, after=after)
        read = [(query.account, query.page) for query in shelf.calls if isinstance(query, ListQuery)]
        assert len(set(read)) == len(read)
        for account, number in read:
            before = books.rows(account)[: (number - 1) * shelf.page_size]
            if (account, number - 1) in read and before:
                assert sum(1 for row in rest.values() if day_of(row) > day_of(before[-1])) < first
        for row in page.nodes:
            del rest[books.entry(row)]
        after = page.page_info.end_cursor
