"""Lists in pages: which pages are read, where they end, and what happens when they break their promises."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
import structlog

from resolvers.filter import DateRange, InvoiceFilter
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.lists.slice import Found
from resolvers.model.errors import CallBudgetExceeded, ErrorCode, SourceUnavailable
from resolvers.model.invoice import Invoice, Note, PaymentStatus
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.order import InvoiceOrder, InvoiceOrderField
from tests.lists.bench import FIELDS, Bench, bench_of, numbers, request
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


async def test_another_order_reads_each_page_once_in_each_operation() -> None:
    bench, shelf = shop(8)

    pages = await bench.walk(ACCOUNT, order=InvoiceOrder(InvoiceOrderField.NUMBER), first=5)

    assert numbers(pages) == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert sorted(shelf.pages) == [1, 1, 2, 2, 3, 3]


async def test_pages_that_move_within_an_operation_cost_one_more_look_at_the_first_and_at_those_behind() -> None:
    bench, shelf = shop(8)
    meanwhile(shelf, 2, new)

    page = await bench.page(ACCOUNT, first=8)

    assert numbers([page]) == ["new", *(str(number) for number in range(1, 8))]
    assert sorted(shelf.pages) == [1, 1, 2, 3, 3]


async def test_a_row_that_moves_to_a_page_that_was_read_before_is_not_lost() -> None:
    bench, shelf = shop(12)
    between(shelf, 3, 2, new)

    page = await bench.page(ACCOUNT, first=12)

    assert numbers([page]) == ["new", *(str(number) for number in range(1, 12))]


async def test_a_row_that_left_the_first_page_while_the_next_was_read_costs_no_other_one() -> None:
    bench, shelf = shop(10)
    meanwhile(shelf, 2, lambda rows: rows.remove(rows[0]))

    page = await bench.page(ACCOUNT, first=10)

    assert set(map(str, range(2, 11))) <= set(numbers([page]))
    assert shelf.pages.count(1) == 2


async def test_a_list_that_breaks_its_order_within_an_operation_is_read_whole_from_then_on() -> None:
    bench, shelf = shop(8)
    shelf.books["1"].reverse()

    pages = await bench.walk(ACCOUNT, first=3)

    assert numbers(pages) == [str(number) for number in range(1, 9)]
    assert sorted(shelf.pages) == sorted([1, 2, 3] * 3)


async def test_an_undated_invoice_behind_the_page_given_out_comes_last_and_ends_nothing() -> None:
    bench, shelf = shop(9)
    shelf.books["1"][4] = invoice_of(ACCOUNT, "undated")

    pages = await bench.walk(ACCOUNT, first=3, count=True)

    assert [numbers([page]) for page in pages] == [["1", "2", "3"], ["4", "6", "7"], ["8", "9", "undated"]]
    assert {(page.is_complete, page.total_count) for page in pages} == {(True, 9)}


async def test_rows_out_of_order_on_the_page_read_next_come_first_there_and_once() -> None:
    bench, shelf = shop(9)
    first = await bench.page(ACCOUNT, first=3)
    shelf.books["1"][3:6] = reversed(shelf.books["1"][3:6])

    pages = await bench.walk(ACCOUNT, first=3, after=first.page_info.end_cursor)

    assert numbers(pages) == ["4", "5", "6", "7", "8", "9"]
    assert all(page.is_complete for page in pages)


async def test_a_row_out_of_order_just_where_a_page_ends_comes_next_although_it_belongs_before() -> None:
    bench, shelf = shop(9)
    shelf.books["1"][3] = invoice_of(ACCOUNT, "late", NEWEST)

    pages = await bench.walk(ACCOUNT, first=3)

    assert numbers(pages) == ["1", "2", "3", "late", "5", "6", "7", "8", "9"]
    assert all(page.is_complete for page in pages)


async def test_more_rows_out_of_order_than_are_asked_for_come_one_request_after_the_other() -> None:
    bench, shelf = shop(9)
    shelf.books["1"][4:7] = [invoice_of(ACCOUNT, name, NEWEST) for name in ("late", "later", "latest")]

    pages = await bench.walk(ACCOUNT, first=2)

    assert [numbers([page]) for page in pages] == [
        ["1", "2"],
        ["late", "later"],
        ["latest", "3"],
        ["4", "8"],
        ["9"],
    ]


async def test_a_new_invoice_while_a_later_request_reads_its_pages_side_by_side_costs_no_other_one() -> None:
    bench, shelf = shop(24)
    first = await bench.page(ACCOUNT, first=9)
    between(shelf, 6, 5, new)

    rest = await bench.walk(ACCOUNT, first=9, after=first.page_info.end_cursor)

    assert numbers([first, *rest]) == [str(number) for number in range(1, 25)]


async def test_a_page_that_the_list_grew_by_while_all_were_read_is_no_page_that_lost_rows() -> None:
    bench, shelf = shop(8)

    def two(rows: list[Invoice]) -> None:
        new(rows)
        rows.insert(0, invoice_of(ACCOUNT, "newer", NEWEST))

    between(shelf, 3, 2, two)

    page = await bench.page(ACCOUNT, first=20, order=InvoiceOrder(InvoiceOrderField.NUMBER))

    assert page.is_complete
    assert {str(number) for number in range(1, 9)} <= set(numbers([page]))


async def test_rows_that_moved_on_to_an_unread_page_are_known_by_the_page_before_it() -> None:
    bench, shelf = shop(9)
    first = await bench.page(ACCOUNT, first=3)
    shelf.books["1"][:0] = [invoice_of(ACCOUNT, name, NEWEST) for name in ("newer", "new")]
    shelf.calls.clear()

    page = await bench.page(ACCOUNT, first=3, after=first.page_info.end_cursor)

    assert (numbers([page]), page.is_complete) == (["4", "5", "6"], True)
    assert sorted(shelf.pages) == [1, 2, 3]


async def test_an_invoice_out_of_order_comes_once_where_not_every_request_reads_as_far_as_it() -> None:
    bench, shelf = shop(8)
    shelf.books["1"].insert(6, invoice_of(ACCOUNT, "late", NEWEST + timedelta(1)))
    wanted: dict[str, Any] = {"first": 1, "filter": InvoiceFilter(issue_date=DateRange(to=NEWEST + timedelta(1)))}
    first = await bench.page(ACCOUNT, **wanted)
    counted = await bench.page(ACCOUNT, **wanted, count=True, after=first.page_info.end_cursor)

    rest = await bench.walk(ACCOUNT, **wanted, after=counted.page_info.end_cursor)

    assert numbers([first, counted, *rest]) == ["1", "late", *map(str, range(2, 9))]


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


@pytest.mark.parametrize("lost", [1, 3])
async def test_a_page_that_is_shorter_than_the_others_and_not_the_last_has_lost_rows(lost: int) -> None:
    bench, shelf = shop(8)

    def short(query: ListQuery, sent: InvoiceList) -> InvoiceList:
        return msgspec.structs.replace(sent, invoices=sent.invoices[lost:]) if query.page == 2 else sent

    shelf.edit = short

    with structlog.testing.capture_logs() as logged:
        page = await bench.page(ACCOUNT, first=8)

    assert (page.nodes, page.is_complete) == ([], False)
    assert [line["detail"] for line in logged] == ["page 2 is shorter than the others"]


async def test_a_last_page_that_is_empty_has_lost_rows() -> None:
    bench, shelf = shop(8)
    shelf.edit = lambda query, answer: (
        msgspec.structs.replace(answer, invoices=[]) if query.page == answer.total_pages else answer
    )

    page = await bench.page(ACCOUNT, first=9)

    assert [result.failure.code for result in page.sources if result.failure] == [ErrorCode.SOURCE_PROTOCOL_ERROR]


async def test_a_page_with_a_row_more_of_somebody_elses_makes_the_others_no_shorter() -> None:
    bench, shelf = shop(8)
    stranger = [Note("ACCOUNT_MISMATCH", "customerNumber")]
    shelf.edit = lambda query, answer: (
        msgspec.structs.replace(
            answer,
            invoices=[*answer.invoices, msgspec.structs.replace(invoices(1)[0], source_invoice_id="x", notes=stranger)],
        )
        if query.page == 1
        else answer
    )

    page = await bench.page(ACCOUNT, first=9)

    assert page.is_complete


async def test_a_list_that_became_shorter_than_where_it_goes_on_ends_there() -> None:
    bench, shelf = shop(12)
    first = await bench.page(ACCOUNT, first=9)
    del shelf.books["1"][5:]

    page = await bench.page(ACCOUNT, first=3, after=first.page_info.end_cursor, count=True)

    assert (page.nodes, page.total_count, page.is_complete) == ([], 5, True)
    assert page.page_info.has_next_page is False


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


async def test_an_invoice_is_looked_for_from_the_newest_page_on() -> None:
    bench, shelf = shop(12)

    found = await find(bench, "5", "1")

    assert {row.source_invoice_id for row in found.invoices} == {"1", "5"}
    assert shelf.pages == [1, 2]


async def test_an_invoice_that_no_page_has_is_unknown() -> None:
    bench, shelf = shop(7)

    assert await find(bench, "no such") == Found([])
    assert shelf.pages == [1, 2, 3]


async def test_an_invoice_beyond_the_fiftieth_page_is_too_far_and_leaves_the_near_ones_found() -> None:
    bench, shelf = shop(60, page_size=1)
    session = bench.session()
    near, far = (InvoiceRequest(ACCOUNT, id_, FIELDS) for id_ in ("2", "55"))

    answers = [session.invoice_by_id.load(near), session.invoice_by_id.load(far)]

    assert (await answers[0]) == shelf.books["1"][1]
    with pytest.raises(CallBudgetExceeded):
        await answers[1]
    assert len(shelf.pages) == 50


async def test_a_page_that_fails_on_the_way_leaves_what_was_found_before_it() -> None:
    bench, shelf = shop(12)
    shelf.fault = lambda query: SourceUnavailable("shop") if isinstance(query, ListQuery) and query.page == 2 else None

    found = await find(bench, "1", "9")

    assert [row.source_invoice_id for row in found.invoices] == ["1"]
    assert isinstance(found.failure, SourceUnavailable)


async def find(bench: Bench, *ids: str) -> Found:
    """A look-up in an operation of its own."""
    return await bench.lists().find(ACCOUNT, frozenset(ids), FIELDS)
