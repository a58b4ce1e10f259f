"""What one operation asks for at once: a source in trouble, a budget that ends, a caller who leaves."""

from __future__ import annotations

import asyncio
import gc
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.account_lists import AccountLists
from resolvers.filter import InvoiceFilter
from resolvers.gateway import Session
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.invoice_page import invoice_page
from resolvers.invoices_by_account import InvoicesRequest
from resolvers.lists.indexed import IndexedList
from resolvers.lists.numbered import NumberedList
from resolvers.lists.pages import Pages
from resolvers.lists.slice import Need
from resolvers.lists.whole import WholeList
from resolvers.lists.window import WindowList
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, SourceUnavailable
from resolvers.model.invoice import CacheStatus, Invoice, InvoiceType, Note
from resolvers.model.source import Capabilities, FindQuery, IndexedInvoice, ListQuery
from resolvers.outcome import SourceResultStatus
from resolvers.page import InvoicePage
from tests.lists.bench import FIELDS, Bench, bench_of, numbers, request
from tests.lists.shelf import INDEXED, NUMBERED, WHOLE, WINDOW, Shelf, account_at, invoice_of

FIRST, SECOND = account_at("one", "1"), account_at("two", "2")
_change = msgspec.structs.replace


def shelf_of(account: Account, count: int, capabilities: Capabilities = WHOLE, **told: Any) -> Shelf:
    """A source with one account, one invoice a day."""
    rows = [invoice_of(account, f"{number:02}", date(2026, 1, 31) - timedelta(number)) for number in range(count)]
    return Shelf(account.source, capabilities, books={account.key: rows}, **told)


def two(capabilities: Capabilities = WHOLE) -> tuple[Bench, Shelf, Shelf]:
    """Two sources with four invoices each."""
    one, other = shelf_of(FIRST, 4, capabilities), shelf_of(SECOND, 4, capabilities)
    return bench_of(one, other), one, other


async def test_a_source_that_raises_within_a_batch_costs_its_own_keys_alone() -> None:
    bench, one, _ = two()
    one.fault = lambda _: SourceUnavailable("one", "the detail is for the log")
    loader = bench.session().invoices_by_account

    failed, read = await loader.load_many(
        [InvoicesRequest(account=account, fields=FIELDS) for account in (FIRST, SECOND)]
    )

    assert (failed.slice, type(failed.failure)) == (None, SourceUnavailable)
    assert read.slice is not None
    assert len(read.slice.invoices) == 4


@pytest.mark.parametrize("capabilities", [WHOLE, NUMBERED, WINDOW, INDEXED])
async def test_a_look_up_that_fails_costs_its_own_keys_alone(capabilities: Capabilities) -> None:
    bench, one, other = two(capabilities)
    one.fault = lambda _: SourceUnavailable("one")
    loader = bench.session().invoice_by_id

    outcomes = await asyncio.gather(
        *(loader.load(InvoiceRequest(account, id_, FIELDS)) for account in (FIRST, SECOND) for id_ in ("01", "none")),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes[:2]] == [SourceUnavailable, SourceUnavailable]
    assert [getattr(outcome, "source_invoice_id", None) for outcome in outcomes[2:]] == ["01", None]
    assert len(other.calls) == (2 if capabilities is INDEXED else 1)


async def test_a_budget_that_ends_is_an_error_of_what_goes_beyond_it_alone() -> None:
    bench, _, _ = two()
    session = bench.session(call_budget=1)

    pages = await asyncio.gather(
        invoice_page(session, request(FIRST)), invoice_page(session, request(SECOND)), return_exceptions=True
    )

    assert [type(page) for page in pages] == [InvoicePage, CallBudgetExceeded]


async def test_a_budget_that_ends_among_the_bodies_of_a_page_is_that_error() -> None:
    bench = bench_of(shelf_of(FIRST, 31, WINDOW))
    account = _change(FIRST, known_invoices=150)

    with pytest.raises(CallBudgetExceeded):
        await invoice_page(bench.session(call_budget=1), request(account))


async def test_a_budget_that_ends_among_look_ups_leaves_those_found_before() -> None:
    bench = bench_of(shelf_of(FIRST, 4, INDEXED))
    loader = bench.session(call_budget=2).invoice_by_id

    found = await asyncio.gather(
        *(loader.load(InvoiceRequest(FIRST, id_, FIELDS)) for id_ in ("01", "02", "03")), return_exceptions=True
    )

    assert [type(outcome) for outcome in found] == [Invoice, Invoice, CallBudgetExceeded]


async def test_a_caller_who_leaves_takes_nobody_along() -> None:
    bench, one, _ = two()
    one.open = asyncio.Event()
    leaver = asyncio.create_task(bench.page(FIRST, SECOND))
    stayer = asyncio.create_task(bench.page(FIRST, SECOND, first=8))
    await asyncio.sleep(0.01)

    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    one.open.set()

    assert len((await stayer).nodes) == 8


async def test_a_source_that_failed_is_not_asked_again_in_the_operation() -> None:
    bench, one, _ = two()
    one.fault = lambda _: SourceUnavailable("one")
    session = bench.session()

    first = await invoice_page(session, request(FIRST))
    again = await invoice_page(session, request(FIRST, first=1))

    assert (first.is_complete, again.is_complete, len(one.calls)) == (False, False, 1)


async def test_a_source_that_failed_on_the_first_page_is_left_alone_on_the_later_ones() -> None:
    bench, one, _ = two(NUMBERED)
    one.fault = lambda _: SourceUnavailable("one")
    page = await bench.page(FIRST, SECOND)
    one.fault = lambda _: None

    later = await bench.page(FIRST, SECOND, after=page.page_info.end_cursor)

    assert numbers([page, later]) == ["00", "01", "02", "03"]
    assert (later.is_complete, len(one.calls)) == (False, 1)
    assert [result.status for result in later.sources] == [SourceResultStatus.FAILED, SourceResultStatus.OK]


async def test_after_a_failure_each_later_reader_of_the_list_is_told_and_none_waits() -> None:
    account = account_at("one", "1")
    shelf = Shelf("one", WHOLE, books={"1": [invoice_of(account, "1")]})
    shelf.fault = lambda _: SourceUnavailable("one")
    lists = bench_of(shelf).session().lists

    async with asyncio.timeout(5):
        for _ in range(3):
            with pytest.raises(SourceUnavailable):
                await lists.read(account, Need(want=1), frozenset())

    assert len(shelf.calls) == 1


async def test_sources_that_the_filter_leaves_out_are_skipped_and_take_nothing_from_completeness() -> None:
    bench, one, _ = two()

    page = await bench.page(FIRST, SECOND, filter=InvoiceFilter(sources=frozenset({"two"})))

    assert (len(page.nodes), page.is_complete, one.calls) == (3, True, [])
    assert [result.status for result in page.sources] == [SourceResultStatus.SKIPPED, SourceResultStatus.OK]


@pytest.mark.parametrize("capabilities", [WHOLE, NUMBERED, WINDOW, INDEXED])
async def test_an_answer_from_a_stale_copy_is_said_to_be_one_however_it_was_asked_for(
    capabilities: Capabilities,
) -> None:
    shelf = shelf_of(FIRST, 2, capabilities)
    shelf.books["1"] = [
        _change(row, provenance=_change(row.provenance, cache_status=CacheStatus.STALE)) for row in shelf.books["1"]
    ]
    shelf.edit = lambda _, answer: _change(answer, cache_status=CacheStatus.STALE)
    bench = bench_of(shelf)
    bench.register.index[FIRST.id] = [IndexedInvoice("00", date(2026, 1, 31))]

    page = await bench.page(FIRST)

    assert ([result.status for result in page.sources], page.is_complete) == ([SourceResultStatus.STALE], False)
    assert page.sources[0].fetched_at is not None


@pytest.mark.parametrize("capabilities", [INDEXED, WINDOW])
async def test_a_row_that_a_look_up_dropped_makes_the_list_incomplete(capabilities: Capabilities) -> None:
    account = account_at("one", "1", known_invoices=150)
    shelf = shelf_of(account, 150, capabilities, lost=frozenset({"01"}))
    bench = bench_of(shelf)
    rows = shelf.books["1"]
    bench.register.index[account.id] = [IndexedInvoice(row.source_invoice_id, row.issue_date) for row in rows]

    page = await bench.page(account, first=3)

    assert numbers([page]) == ["00", "02"]
    assert page.is_complete is False
    assert {note.code for note in page.sources[0].notes} == {"RECORD_DROPPED", "RECORD_COUNT_MISMATCH"}


@pytest.mark.parametrize("capabilities", [INDEXED, WINDOW])
async def test_an_invoice_that_is_listed_and_not_there_when_it_is_looked_up_is_told(capabilities: Capabilities) -> None:
    account = account_at("one", "1", known_invoices=150)
    shelf = shelf_of(account, 150, capabilities)
    bench = bench_of(shelf)
    rows = shelf.books["1"]
    bench.register.index[account.id] = [IndexedInvoice(row.source_invoice_id, row.issue_date) for row in rows]

    def lose(query: object) -> None:
        if isinstance(query, FindQuery) and len(rows) == 150:
            del rows[1]

    shelf.fault = lose

    page = await bench.page(account, first=3)

    assert numbers([page]) == ["00", "02"]
    assert page.sources[0].notes == (Note("RECORD_COUNT_MISMATCH", expected="3", actual="2"),)


async def test_a_body_that_turns_out_to_be_somebody_elses_is_dropped_and_told() -> None:
    shelf = shelf_of(FIRST, 3, INDEXED)
    bench, rows = bench_of(shelf), shelf.books["1"]
    rows[1] = _change(rows[1], customer_number="77", notes=[Note("ACCOUNT_MISMATCH", "customerNumber")])
    bench.register.numbers["77"] = frozenset({"C-2"})
    bench.register.index[FIRST.id] = [IndexedInvoice(row.source_invoice_id, row.issue_date) for row in rows]

    page = await bench.page(FIRST, first=3)

    assert numbers([page]) == ["00", "02"]
    assert page.sources[0].notes == (Note("ACCOUNT_MISMATCH", actual="1"),)


async def test_rows_that_are_somebody_elses_do_not_count_where_accounts_share_invoices() -> None:
    one, other = account_at("one", "1"), account_at("one", "2")
    theirs: dict[str, Any] = {"customer_number": "77", "notes": [Note("ACCOUNT_MISMATCH", "customerNumber")]}
    books = {"1": [invoice_of(one, "00"), invoice_of(one, "01", **theirs)], "2": [invoice_of(other, "00")]}
    bench = bench_of(Shelf("one", books=books))
    bench.register.numbers["77"] = frozenset({"C-2"})

    page = await bench.page(one, other, count=True)

    assert (numbers([page]), page.total_count) == (["00"], 1)


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("capabilities", [WINDOW, WHOLE, NUMBERED, INDEXED])
async def test_what_two_accounts_list_counts_once(capabilities: Capabilities, *, rows: bool) -> None:
    accounts = [account_at("one", "1"), account_at("one", "2")]
    books = {account.key: [invoice_of(account, id_, date(2026, 1, 1)) for id_ in "ab"] for account in accounts}
    books["2"].append(invoice_of(accounts[1], "c", date(2025, 12, 31)))
    bench = bench_of(Shelf("one", capabilities, books=books))
    for account in accounts:
        index = [IndexedInvoice(row.source_invoice_id, row.issue_date) for row in books[account.key]]
        bench.register.index[account.id] = index

    page = await bench.page(*accounts, count=True, rows=rows)

    assert (numbers([page]), page.total_count) == (["a", "b", "c"] if rows else [], 3)


@pytest.mark.parametrize("capabilities", [WINDOW, INDEXED])
async def test_a_fault_of_ours_in_a_look_up_is_not_taken_for_an_invoice_that_is_not_there(
    capabilities: Capabilities,
) -> None:
    shelf = shelf_of(FIRST, 2, capabilities)
    shelf.fault = lambda _: ZeroDivisionError()

    with pytest.raises(ZeroDivisionError):
        await bench_of(shelf).lists().find(FIRST, frozenset({"00"}), FIELDS)


async def test_a_row_that_the_source_dropped_makes_the_list_incomplete() -> None:
    bench, one, _ = two()
    one.edit = lambda _, answer: _change(answer, notes=[Note("RECORD_DROPPED", actual="1")])

    page = await bench.page(FIRST, SECOND)

    assert page.is_complete is False
    assert [len(result.notes) for result in page.sources] == [1, 0]


async def test_two_filters_by_different_types_share_the_one_list_that_has_both() -> None:
    bench = bench_of(shelf_of(FIRST, 4, WINDOW))
    notes, invoices = (
        InvoiceFilter(types=frozenset({type_})) for type_ in (InvoiceType.CREDIT_NOTE, InvoiceType.INVOICE)
    )

    pages = await bench.together(bench.session(), request(FIRST, filter=notes), request(FIRST, filter=invoices))

    assert [len(page.nodes) for page in pages] == [0, 3]
    assert [call.types for call in bench.shelves["one"].calls if isinstance(call, ListQuery)] == [frozenset()]


_OF_AN_OPERATION = (Session, AccountLists, WholeList, WindowList, NumberedList, Pages, IndexedList)


@pytest.mark.parametrize("capabilities", [WINDOW, WHOLE, NUMBERED, INDEXED])
async def test_an_operation_leaves_nothing_for_the_cyclic_collector(capabilities: Capabilities) -> None:
    bench = bench_of(shelf_of(FIRST, 4, capabilities))
    bench.register.index[FIRST.id] = [IndexedInvoice("00", date(2026, 1, 31))]
    gc.collect()
    gc.disable()
    try:
        await asyncio.create_task(bench.page(FIRST))
        left = [type(each) for each in gc.get_objects() if type(each) in _OF_AN_OPERATION]
    finally:
        gc.enable()

    assert left == []
