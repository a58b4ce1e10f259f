"""Lists in pages: which pages are read, where they end, and what of them is counted."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import msgspec
import pytest

from resolvers.filter import DateRange, InvoiceFilter
from resolvers.model.errors import ErrorCode
from resolvers.model.invoice import Note, PaymentStatus
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.order import InvoiceOrder, InvoiceOrderField
from tests.lists.bench import bench_of, numbers, request
from tests.lists.numbered import ACCOUNT, NEWEST, shop
from tests.lists.shelf import NUMBERED, Shelf, account_at, invoice_of


@pytest.mark.parametrize(("first", "pages"), [(1, [1]), (3, [1]), (4, [1, 2]), (7, [1, 2, 3]), (100, [1, 2, 3, 4])])
async def test_only_the_pages_that_hold_the_first_invoices_are_read(first: int, pages: list[int]) -> None:
    bench, shelf = shop(10)

    page = await bench.page(ACCOUNT, first=first)

    assert numbers([page]) == [str(number) for number in range(1, min(first, 10) + 1)]
    assert shelf.pages == pages


@pytest.mark.parametrize(("tells", "repeats"), [("pages", False), ("next", False), ("", False), ("", True)])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 8])
async def test_the_end_is_found_however_the_source_tells_it(tells: str, repeats: bool, count: int) -> None:
    bench, _ = shop(count, tells=tells, repeats=repeats)

    pages = await bench.walk(ACCOUNT, first=4, count=True)

    assert numbers(pages) == [str(number) for number in range(1, count + 1)]
    assert {page.total_count for page in pages} == {count}
    assert all(page.is_complete for page in pages)


async def test_a_source_that_says_zero_pages_and_sends_rows_is_believed_by_its_rows() -> None:
    bench, shelf = shop(7, tells="")
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, total_pages=0)

    assert len((await bench.page(ACCOUNT, first=10)).nodes) == 7


async def test_a_count_reads_the_first_and_the_last_page_alone() -> None:
    bench, shelf = shop(20)

    page = await bench.page(ACCOUNT, rows=False, count=True)

    assert (page.total_count, sorted(shelf.pages)) == (20, [1, 7])


async def test_a_count_that_stands_on_each_row_reads_all_pages() -> None:
    bench, shelf = shop(8)
    shelf.books["1"][7] = msgspec.structs.replace(shelf.books["1"][7], payment_status=PaymentStatus.PAID)

    paid = InvoiceFilter(payment_statuses=frozenset({PaymentStatus.PAID}))
    page = await bench.page(ACCOUNT, filter=paid, rows=False, count=True)

    assert (page.total_count, sorted(shelf.pages)) == (1, [1, 2, 3])


async def test_the_count_goes_on_to_be_right_when_the_list_is_exhausted_and_another_goes_on() -> None:
    bench, _ = shop(8)
    other = account_at("other", "2")
    old = [invoice_of(other, f"old {number}", date(2020, 1, number)) for number in range(1, 6)]
    bench.shelves["other"] = Shelf("other", books={"2": old})

    pages = await bench.walk(ACCOUNT, other, first=9, count=True)

    assert [len(page.nodes) for page in pages] == [9, 4]
    assert [page.total_count for page in pages] == [13, 13]


async def test_rows_that_the_sources_client_refused_are_not_counted_and_do_not_end_the_list() -> None:
    bench, shelf = shop(8)

    def refused(_: ListQuery, sent: InvoiceList) -> InvoiceList:
        kept = [row for row in sent.invoices if row.source_invoice_id not in ("1", "2", "3", "5")]
        return msgspec.structs.replace(sent, invoices=kept, row_count=len(sent.invoices))

    shelf.edit = refused

    pages = await bench.walk(ACCOUNT, first=2, count=True)

    assert numbers(pages) == ["4", "6", "7", "8"]
    assert {page.total_count for page in pages} == {4}


async def test_rows_that_the_directory_knows_as_somebody_elses_are_left_out_of_page_and_count() -> None:
    bench, shelf = shop(8)
    note = Note("ACCOUNT_MISMATCH", "customerNumber")
    for place in (0, 1, 2, 4):
        row = shelf.books["1"][place]
        shelf.books["1"][place] = msgspec.structs.replace(row, customer_number="77", notes=[note])
    bench.register.numbers = {"77": frozenset({"C-2"})}

    pages = await bench.walk(ACCOUNT, first=2)
    counted = await bench.page(ACCOUNT, first=8, count=True)

    assert numbers(pages) == ["4", "6", "7", "8"]
    assert counted.total_count == 4
    assert [(note.code, note.actual) for note in counted.sources[0].notes] == [("ACCOUNT_MISMATCH", "4")]


async def test_a_filter_that_ends_on_a_day_stops_at_that_day() -> None:
    bench, shelf = shop(30)
    recent = InvoiceFilter(issue_date=DateRange(NEWEST - timedelta(4)))

    pages = await bench.walk(ACCOUNT, filter=recent, first=20)

    assert numbers(pages) == ["1", "2", "3", "4"]
    assert shelf.pages == [1, 2]


async def test_a_filter_that_ends_on_a_day_reads_all_pages_of_that_day() -> None:
    bench, shelf = shop(30)
    last_day = NEWEST - timedelta(1)
    shelf.books["1"][:0] = [invoice_of(ACCOUNT, f"{last_day} {number}", last_day) for number in range(5)]

    pages = await bench.walk(ACCOUNT, filter=InvoiceFilter(issue_date=DateRange(last_day)), first=20)

    assert len(numbers(pages)) == 6
    assert shelf.pages == [1, 2, 3]


async def test_another_order_reads_each_page_once_in_each_operation() -> None:
    bench, shelf = shop(8)

    pages = await bench.walk(ACCOUNT, order=InvoiceOrder(InvoiceOrderField.NUMBER), first=5)

    assert numbers(pages) == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert sorted(shelf.pages) == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("first", [100, 70])
async def test_three_thousand_invoices_of_one_day_come_once_each_although_others_join_them(first: int) -> None:
    rows = [invoice_of(ACCOUNT, f"2026-INV-{number:08}", NEWEST) for number in range(3_000)]
    shelf = Shelf("shop", NUMBERED, page_size=20, books={"1": [*rows]})
    joining = count()

    pages = await bench_of(shelf).walk(
        ACCOUNT,
        first=first,
        between=lambda: shelf.books["1"].insert(0, invoice_of(ACCOUNT, f"new-{next(joining)}", NEWEST)),
    )

    assert sorted(numbers(pages)) == [row.source_invoice_id for row in rows]
    assert max(len(page.page_info.end_cursor or "") for page in pages) < 6_000


@pytest.mark.parametrize("day", [None, NEWEST + timedelta(1)], ids=["without a date", "out of order"])
async def test_three_hundred_invoices_of_one_day_come_once_each_where_one_behind_the_cursor_is(
    day: date | None,
) -> None:
    rows = [invoice_of(ACCOUNT, str(number), NEWEST if number != 250 else day) for number in range(300)]

    pages = await bench_of(Shelf("shop", NUMBERED, page_size=20, books={"1": rows})).walk(ACCOUNT, first=20)

    assert sorted(numbers(pages)) == sorted(map(str, range(300)))


async def test_three_hundred_invoices_of_one_day_that_two_accounts_list_come_once_each() -> None:
    one, other = account_at("shop", "1"), account_at("shop", "2")
    books = {
        "1": [invoice_of(one, str(number), NEWEST) for number in range(300)],
        "2": [invoice_of(other, str(number), NEWEST) for number in reversed(range(300))],
    }

    pages = await bench_of(Shelf("shop", NUMBERED, page_size=20, books=books)).walk(one, other, first=70)

    assert sorted(numbers(pages)) == sorted(map(str, range(300)))


async def test_a_day_that_a_page_cuts_brings_no_row_of_a_list_without_pages_twice() -> None:
    other = account_at("wholesale", "2")
    paged = Shelf("shop", NUMBERED, page_size=2, books={"1": [invoice_of(ACCOUNT, id_, NEWEST) for id_ in "fedcba"]})
    bench = bench_of(paged, Shelf("wholesale", books={"2": [invoice_of(other, "z", NEWEST)]}))

    pages = await bench.walk(ACCOUNT, other, first=4)

    assert [numbers([page]) for page in pages] == [["e", "f", "z", "c"], ["a", "b", "d"]]


async def test_an_invoice_without_a_date_comes_last() -> None:
    bench, shelf = shop(5)
    shelf.books["1"].insert(1, invoice_of(ACCOUNT, "undated"))

    pages = await bench.walk(ACCOUNT, first=4)

    assert numbers(pages) == ["1", "2", "3", "4", "5", "undated"]


async def test_two_windows_of_one_list_in_one_operation_share_the_pages() -> None:
    bench, shelf = shop(12)
    cursor = (await bench.page(ACCOUNT, first=6)).page_info.end_cursor
    shelf.calls.clear()

    few, many, later = await bench.together(
        bench.session(),
        request(ACCOUNT, first=2),
        request(ACCOUNT, first=7),
        request(ACCOUNT, first=3, after=cursor),
    )

    assert [len(page.nodes) for page in (few, many, later)] == [2, 7, 3]
    assert numbers([later]) == ["7", "8", "9"]
    assert sorted(shelf.pages) == [1, 2, 3]


@pytest.mark.parametrize("told", [501, 10**12])
async def test_a_list_of_more_pages_than_may_be_asked_for_costs_one_call_and_its_own_rows_alone(told: int) -> None:
    bench, shelf = shop(8)
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, total_pages=told)
    other = account_at("other", "2")
    bench.shelves["other"] = Shelf("other", books={"2": [invoice_of(other, "innocent", NEWEST)]})

    page = await bench.page(ACCOUNT, other, order=InvoiceOrder(InvoiceOrderField.NUMBER))

    assert (numbers([page]), page.is_complete, shelf.pages) == (["innocent"], False, [1])
    failures = {result.source: result.failure for result in page.sources}
    assert failures["other"] is None
    assert failures["shop"] is not None
    assert (failures["shop"].code, failures["shop"].is_retryable) == (ErrorCode.CALL_BUDGET_EXCEEDED, False)


async def test_of_a_list_of_more_pages_than_may_be_asked_for_the_newest_are_read() -> None:
    bench, shelf = shop(8)
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, total_pages=10**12)

    page = await bench.page(ACCOUNT, first=5)

    assert (numbers([page]), page.is_complete) == (["1", "2", "3", "4", "5"], True)
