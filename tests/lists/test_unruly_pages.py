"""Pages that move, break their order or lose rows while they are read: nothing is lost or told twice in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import structlog

from resolvers.filter import DateRange, InvoiceFilter
from resolvers.model.errors import ErrorCode
from resolvers.model.invoice import Invoice, Note
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.order import InvoiceOrder, InvoiceOrderField
from tests.lists.bench import numbers, request
from tests.lists.numbered import ACCOUNT, NEWEST, between, invoices, meanwhile, new, shop
from tests.lists.shelf import invoice_of


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


async def test_a_row_that_moves_to_a_page_that_another_alias_has_read_is_not_lost() -> None:
    bench, shelf = shop(11)
    given = await bench.page(ACCOUNT, first=6)
    session = bench.session()
    await bench.together(session, request(ACCOUNT, first=3, after=given.page_info.end_cursor))
    new(shelf.books["1"])

    (page,) = await bench.together(session, request(ACCOUNT, first=9))

    assert numbers([page]) == ["new", *(str(number) for number in range(1, 9))]


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
