"""Lists by offset and limit: small ones whole in one call, large ones as an outline and the bodies of one page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.filter import InvoiceFilter
from resolvers.model.errors import SourceTimeout
from resolvers.model.invoice import InvoiceType
from resolvers.model.source import FindQuery, InvoiceList, ListQuery
from resolvers.order import InvoiceOrder, InvoiceOrderField, OrderDirection
from resolvers.outcome import SourceResultStatus
from tests.lists.bench import Bench, bench_of, numbers, request
from tests.lists.shelf import WINDOW, Shelf, account_at, euros, invoice_of

ACCOUNT = account_at("shop", "1")
BY_TOTAL = InvoiceOrder(InvoiceOrderField.TOTAL)
CREDITS = InvoiceFilter(types=frozenset({InvoiceType.CREDIT_NOTE}))


def shop(count: int, **told: Any) -> tuple[Bench, Shelf]:
    """A source with so many invoices, oldest first; every tenth is a credit note."""
    rows = [
        invoice_of(
            ACCOUNT,
            str(number),
            date(2026, 1, 1) - timedelta(number),
            total=euros(number),
            type=InvoiceType.INVOICE if number % 10 else InvoiceType.CREDIT_NOTE,
        )
        for number in range(count, 0, -1)
    ]
    shelf = Shelf("shop", WINDOW, books={"1": rows}, **told)
    return bench_of(shelf), shelf


def asked(shelf: Shelf) -> list[tuple[int, int | None] | int]:
    """The calls: offset and limit of a list, how many ids of a look-up."""
    return [len(call.ids) if isinstance(call, FindQuery) else (call.offset, call.limit) for call in shelf.calls]


@pytest.mark.parametrize(("count", "known"), [(99, 0), (100, 0), (100, 100)])
async def test_a_small_list_is_one_call(count: int, known: int) -> None:
    bench, shelf = shop(count)

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=known), first=20)

    assert numbers([page]) == [str(number) for number in range(1, 21)]
    assert page.nodes[0].total == euros(1)
    assert asked(shelf) == [(0, 100)]


async def test_a_large_list_whose_size_the_index_knows_is_an_outline_and_the_bodies_of_one_page() -> None:
    bench, shelf = shop(150)

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=150), first=20)

    assert [row.total for row in page.nodes] == [euros(number) for number in range(1, 21)]
    assert asked(shelf) == [(0, None), 20]
    assert all("total" not in call.fields for call in shelf.calls if isinstance(call, ListQuery))


async def test_the_bodies_that_came_before_the_list_was_found_to_be_large_are_not_asked_for_again() -> None:
    bench, shelf = shop(150)
    oldest_first = InvoiceOrder(direction=OrderDirection.ASC)

    page = await bench.page(ACCOUNT, first=60, order=oldest_first)
    rest = await bench.page(ACCOUNT, first=60, order=oldest_first, after=page.page_info.end_cursor)

    assert [row.total for row in page.nodes] == [euros(number) for number in range(150, 90, -1)]
    assert [row.total for row in rest.nodes] == [euros(number) for number in range(90, 30, -1)]
    assert asked(shelf) == [(0, 100), (0, None), (0, None), 60]


async def test_bodies_with_fewer_fields_are_asked_for_again_and_a_list_is_ordered_by_what_it_knows() -> None:
    bench, _ = shop(150)
    session = bench.session()
    oldest_first = request(ACCOUNT, fields=frozenset({"number"}), order=InvoiceOrder(direction=OrderDirection.ASC))
    await bench.together(session, oldest_first)

    (with_totals,) = await bench.together(session, msgspec.structs.replace(oldest_first, fields=frozenset({"total"})))
    (by_total,) = await bench.together(session, request(ACCOUNT, order=BY_TOTAL))

    assert [row.total for row in with_totals.nodes] == [euros(150), euros(149), euros(148)]
    assert [row.total for row in by_total.nodes] == [euros(150), euros(149), euros(148)]


async def test_a_list_found_to_be_large_is_known_to_be_large_the_next_time() -> None:
    bench, shelf = shop(150)
    await bench.page(ACCOUNT, first=20)
    shelf.calls.clear()

    await bench.page(ACCOUNT, first=20)

    assert asked(shelf) == [(0, None), 20]


async def test_bodies_are_asked_for_in_the_sources_own_batches() -> None:
    bench, shelf = shop(150)
    shelf.capabilities = replace(WINDOW, ids_per_call=8)

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=150), first=20)

    assert len(page.nodes) == 20
    assert asked(shelf) == [(0, None), 8, 8, 4]


async def test_a_count_alone_brings_one_id_at_most() -> None:
    bench, shelf = shop(150)

    page = await bench.page(ACCOUNT, rows=False, count=True)

    assert (page.total_count, page.sources[0].notes) == (150, ())
    assert [(call.limit, call.fields) for call in shelf.calls if isinstance(call, ListQuery)] == [(1, frozenset())]


async def test_a_count_of_what_a_filter_reads_is_counted_in_the_rows() -> None:
    bench, _ = shop(150)

    page = await bench.page(ACCOUNT, filter=InvoiceFilter(numbers=frozenset({"1", "2"})), rows=False, count=True)

    assert page.total_count == 2


async def test_one_type_is_left_to_the_source_also_for_the_count() -> None:
    bench, shelf = shop(150)

    page = await bench.page(ACCOUNT, filter=CREDITS, rows=False, count=True)

    assert page.total_count == 15
    assert [(call.limit, call.types) for call in shelf.calls if isinstance(call, ListQuery)] == [(1, CREDITS.types)]


async def test_a_source_that_limits_its_own_answers_is_asked_until_it_told_all() -> None:
    bench, shelf = shop(150, most=60)

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=150), first=5, count=True)

    assert (page.total_count, numbers([page])) == (150, ["1", "2", "3", "4", "5"])
    assert asked(shelf) == [(0, None), (60, None), (120, None), 5]


@pytest.mark.parametrize("count", [99, 100, 150])
async def test_a_source_that_says_no_count_is_read_to_its_end(count: int) -> None:
    bench, shelf = shop(count)
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, total_count=None)

    page = await bench.page(ACCOUNT, first=3, order=BY_TOTAL, count=True)

    assert [row.total for row in page.nodes] == [euros(count), euros(count - 1), euros(count - 2)]
    assert (page.total_count, page.sources[0].notes, bench.gateway.sizes) == (count, (), {})


@pytest.mark.parametrize("known", [0, 150])
async def test_a_count_that_differs_from_the_rows_is_a_warning(known: int) -> None:
    bench, shelf = shop(5)
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, total_count=7)

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=known), first=10)

    (note,) = page.sources[0].notes
    assert (note.code, note.expected, note.actual) == ("RECORD_COUNT_MISMATCH", "7", "5")
    assert bench.gateway.sizes == {ACCOUNT.id: 7}


async def test_aliases_with_different_windows_share_one_call() -> None:
    bench, shelf = shop(50)

    pages = await bench.together(
        bench.session(),
        request(ACCOUNT, first=2, fields=frozenset({"total"})),
        request(ACCOUNT, first=30, fields=frozenset({"number"})),
        request(ACCOUNT, first=5, order=BY_TOTAL),
        request(ACCOUNT, rows=False, count=True),
    )

    assert [len(page.nodes) for page in pages] == [2, 30, 5, 0]
    assert pages[3].total_count == 50
    assert len(shelf.calls) == 1


async def test_a_window_wider_than_small_lists_are_is_still_one_call() -> None:
    bench, shelf = shop(150)

    page = await bench.page(ACCOUNT, first=150)

    assert len(page.nodes) == 150
    assert asked(shelf) == [(0, 150)]


async def test_a_source_that_fails_over_the_bodies_is_reported_and_stays_out() -> None:
    bench, shelf = shop(150)
    shelf.fault = lambda query: SourceTimeout("shop") if isinstance(query, FindQuery) else None

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=150), first=20)

    assert (page.edges, page.is_complete) == ([], False)
    assert (page.sources[0].status, page.sources[0].notes) == (SourceResultStatus.TIMED_OUT, ())


async def test_an_invoice_that_is_gone_when_its_body_is_asked_for_is_left_out() -> None:
    bench, shelf = shop(150)

    def gone(_: ListQuery, answer: InvoiceList) -> InvoiceList:
        shelf.books["1"].pop()
        return answer

    shelf.edit = gone

    page = await bench.page(msgspec.structs.replace(ACCOUNT, known_invoices=150), first=3)

    assert (numbers([page]), page.is_complete) == (["2", "3"], True)


async def test_an_edge_keeps_its_own_cursor_where_the_invoice_before_it_is_left_out() -> None:
    bench, shelf = shop(150)
    large = msgspec.structs.replace(ACCOUNT, known_invoices=150)
    whole = await bench.page(large, first=3, edge_cursors=True)
    shelf.lost = frozenset({"1"})

    page = await bench.page(large, first=3, edge_cursors=True)

    assert numbers([page]) == ["2", "3"]
    rest = [await bench.page(large, first=1, after=edge.cursor) for edge in page.edges]
    assert numbers(rest) == ["3", "4"]
    assert len({edge.cursor for edge in whole.edges}) == 3


async def test_the_count_of_one_type_is_not_taken_for_the_lists_length() -> None:
    bench, _ = shop(150)

    await bench.page(ACCOUNT, filter=CREDITS, count=True)

    assert bench.gateway.sizes == {}
