"""Whether anything follows a page of a filtered list: found out where it is asked for, and never at the page's cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from resolvers.filter import InvoiceFilter
from resolvers.invoice_page import invoice_page
from resolvers.model.errors import SourceUnavailable
from resolvers.model.invoice import Invoice, InvoiceType
from resolvers.model.source import ListQuery
from tests.lists.bench import Bench, bench_of, numbers, request
from tests.lists.shelf import NUMBERED, Query, Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
NEWEST = date(2026, 3, 1)
CREDITS = InvoiceFilter(types=frozenset({InvoiceType.CREDIT_NOTE}))


def shop(*noted: int) -> tuple[Bench, Shelf]:
    """A source in pages of three with eighteen invoices, one a day, of which these are credit notes."""
    shelf = Shelf("shop", NUMBERED, page_size=3, books={"1": [row(number, noted) for number in range(1, 19)]})
    return bench_of(shelf), shelf


def row(number: int, noted: tuple[int, ...]) -> Invoice:
    type_ = InvoiceType.CREDIT_NOTE if number in noted else InvoiceType.INVOICE
    return invoice_of(ACCOUNT, str(number), NEWEST - timedelta(number), type=type_)


@pytest.mark.parametrize("count", [False, True])
async def test_nothing_follows_the_last_match_whether_the_list_is_counted_or_not(count: bool) -> None:
    bench, shelf = shop(2)

    page = await bench.page(ACCOUNT, first=1, filter=CREDITS, count=count)

    assert (numbers([page]), page.page_info.has_next_page) == (["2"], False)
    assert sorted(shelf.pages) == [1, 2, 3, 4, 5, 6]


async def test_a_list_is_read_on_no_further_than_to_the_next_match() -> None:
    bench, shelf = shop(2, 11, 17)

    page = await bench.page(ACCOUNT, first=1, filter=CREDITS)

    assert (numbers([page]), page.page_info.has_next_page) == (["2"], True)
    assert shelf.pages == [1, 2, 3, 4]


async def test_what_was_read_is_not_gone_through_again_for_each_page_that_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks, holds = 0, InvoiceFilter.holds

    def counted(filter_: InvoiceFilter, invoice: Invoice) -> bool:
        nonlocal looks
        looks += 1
        return holds(filter_, invoice)

    monkeypatch.setattr(InvoiceFilter, "holds", counted)
    shelf = Shelf("shop", NUMBERED, page_size=3, books={"1": [row(number, (1,)) for number in range(1, 181)]})

    page = await bench_of(shelf).page(ACCOUNT, first=1, filter=CREDITS)

    assert (page.page_info.has_next_page, len(shelf.pages)) == (False, 60)
    assert looks < 3 * 60 * 180


async def test_a_walk_through_the_matches_ends_with_the_last_of_them() -> None:
    bench, _ = shop(1, 2, 8, 12)

    pages = await bench.walk(ACCOUNT, first=2, filter=CREDITS)

    assert [numbers([page]) for page in pages] == [["1", "2"], ["8", "12"]]


@pytest.mark.parametrize("wanted", [{"filter": CREDITS, "has_next": False}, {}], ids=["not asked for", "no filter"])
async def test_no_page_is_read_for_what_is_not_asked_for_or_known_without(wanted: dict[str, object]) -> None:
    bench, shelf = shop(1, 2, 3)

    page = await bench.page(ACCOUNT, first=3, **wanted)

    assert (numbers([page]), page.page_info.has_next_page, shelf.pages) == (["1", "2", "3"], True, [1])


async def test_what_another_account_has_left_is_enough_to_know() -> None:
    other = account_at("portal", "2")
    bench, shelf = shop(1)
    old = invoice_of(other, "old", date(2020, 1, 1), type=InvoiceType.CREDIT_NOTE)
    bench.shelves["portal"] = Shelf("portal", books={"2": [old]})

    page = await bench.page(ACCOUNT, other, first=1, filter=CREDITS)

    assert (numbers([page]), page.page_info.has_next_page, shelf.pages) == (["1"], True, [1])


async def test_a_failure_on_the_way_to_the_next_match_costs_the_page_nothing() -> None:
    bench, shelf = shop(2)

    def fault(query: Query) -> SourceUnavailable | None:
        return SourceUnavailable("shop") if isinstance(query, ListQuery) and query.page == 3 else None

    shelf.fault = fault

    page = await bench.page(ACCOUNT, first=1, filter=CREDITS)

    assert (numbers([page]), page.is_complete, page.page_info.has_next_page) == (["2"], True, True)


async def test_half_of_the_calls_that_an_operation_may_make_are_left_for_what_it_needs() -> None:
    bench, shelf = shop(2)

    page = await invoice_page(bench.session(call_budget=8), request(ACCOUNT, first=1, filter=CREDITS))

    assert (numbers([page]), page.page_info.has_next_page) == (["2"], True)
    assert shelf.pages == [1, 2, 3, 4]


async def test_half_of_the_time_that_an_operation_has_is_left_for_what_it_needs() -> None:
    bench, shelf = shop(2)
    session = bench.session()
    session.operation.begun_at -= 60

    page = await invoice_page(session, request(ACCOUNT, first=1, filter=CREDITS))

    assert (numbers([page]), page.page_info.has_next_page, shelf.pages) == (["2"], True, [1])
