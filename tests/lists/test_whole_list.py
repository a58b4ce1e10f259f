"""Lists that come all at once, and what a look-up by id adds to them, or fails to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from structlog.testing import capture_logs

from resolvers.filter import DecimalRange, InvoiceFilter
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.ledger import read_balances
from resolvers.model.errors import ErrorCode, SourceProtocolError, SourceUnavailable
from resolvers.model.invoice import CacheStatus, Invoice, Note
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, InvoiceList, ListQuery
from resolvers.order import NEWEST_FIRST, InvoiceOrder, InvoiceOrderField
from resolvers.outcome import SourceResultStatus
from tests.lists.bench import Bench, bench_of, numbers, request
from tests.lists.shelf import NOON, WHOLE, Query, Shelf, account_at, euros, invoice_of

ACCOUNT = account_at("portal", "1")
DETAILS = ("customerNumber", "amountDue")
DETAILED = replace(WHOLE, list_fields=WHOLE.fields - {*DETAILS}, ids_per_call=2)
EARLIER = NOON - timedelta(minutes=30)
BY_DETAIL = InvoiceOrder(InvoiceOrderField.AMOUNT_DUE)
_change = msgspec.structs.replace


def portal(count: int = 3) -> tuple[Bench, Shelf]:
    """A source with so many invoices, newest first, whose list tells all of them but the details."""
    rows = [
        invoice_of(
            ACCOUNT, str(number), date(2026, 1, 1) - timedelta(number), customer_number="77", amount_due=euros(number)
        )
        for number in range(count)
    ]
    shelf = Shelf("portal", DETAILED, books={"1": rows})

    def without_details(_: ListQuery, answer: InvoiceList) -> InvoiceList:
        return _change(
            answer, invoices=[_change(row, customer_number=None, amount_due=None) for row in answer.invoices]
        )

    shelf.edit = without_details
    return bench_of(shelf), shelf


def looked_up(shelf: Shelf) -> list[tuple[str, ...]]:
    """The ids of the look-ups."""
    return [call.ids for call in shelf.calls if isinstance(call, FindQuery)]


def losing(shelf: Shelf, number: str) -> Callable[[Query], None]:
    """A source that has an invoice no more when it is looked up."""

    def lose(query: Query) -> None:
        if isinstance(query, FindQuery):
            shelf.books["1"] = [row for row in shelf.books["1"] if row.source_invoice_id != number]

    return lose


def failing(number: str) -> Callable[[Query], SourceUnavailable | None]:
    """A source whose look-up of an invoice fails."""
    return lambda query: SourceUnavailable("portal") if isinstance(query, FindQuery) and number in query.ids else None


class KeptLookUps(Shelf):
    """A source for whose look-ups an earlier answer stands in."""

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices as they were then."""
        answer = await Shelf.find_invoices(self, query, operation)
        then = {"cache_status": CacheStatus.STALE, "fetched_at": EARLIER}
        rows = [_change(row, provenance=_change(row.provenance, **then)) for row in answer.invoices]
        return _change(answer, invoices=rows, **then)


async def test_what_the_list_tells_costs_no_look_up() -> None:
    bench, shelf = portal()

    page = await bench.page(ACCOUNT, fields=frozenset({"number", "total"}))

    assert (numbers([page]), page.is_complete, len(shelf.calls)) == (["0", "1", "2"], True, 1)


async def test_what_the_list_does_not_tell_is_looked_up_for_the_page_alone() -> None:
    bench, shelf = portal(9)

    page = await bench.page(ACCOUNT, fields=frozenset(DETAILS), first=3, count=True)

    assert [(row.customer_number, row.amount_due) for row in page.nodes] == [("77", euros(n)) for n in range(3)]
    assert (page.total_count, looked_up(shelf)) == (9, [("0", "1"), ("2",)])


async def test_an_order_by_what_the_list_does_not_tell_looks_all_up_once() -> None:
    bench, shelf = portal()

    page = await bench.page(ACCOUNT, fields=frozenset(DETAILS), order=BY_DETAIL, first=2)

    assert numbers([page]) == ["2", "1"]
    assert looked_up(shelf) == [("0", "1"), ("2",)]


async def test_an_order_by_what_a_look_up_that_failed_would_tell_is_that_failure() -> None:
    bench, shelf = portal()
    shelf.fault = failing("1")

    page = await bench.page(ACCOUNT, order=BY_DETAIL)

    assert (page.nodes, page.sources[0].status) == ([], SourceResultStatus.FAILED)


async def test_what_a_filter_leaves_out_is_not_missed_where_the_rest_is_looked_up() -> None:
    bench, _ = portal()

    page = await bench.page(ACCOUNT, fields=frozenset(DETAILS), filter=InvoiceFilter(numbers=frozenset({"1"})))

    assert ([row.customer_number for row in page.nodes], page.sources[0].notes) == (["77"], ())


async def test_an_invoice_that_is_not_listed_is_found_beside_one_that_is() -> None:
    bench, shelf = portal()
    shelf.edit = lambda _, answer: _change(answer, invoices=answer.invoices[1:])

    found = await bench.lists().find(ACCOUNT, frozenset("01"), frozenset({"number"}))

    assert ({row.source_invoice_id for row in found.invoices}, found.failure) == ({"0", "1"}, None)
    assert looked_up(shelf) == [("0",)]


@pytest.mark.parametrize(("selects", "calls"), [(True, 2), (False, 1)])
async def test_a_list_is_read_again_for_more_where_its_fields_are_chosen(calls: int, *, selects: bool) -> None:
    bench, shelf = portal()
    shelf.capabilities = replace(WHOLE, selects_fields=selects)
    session, asked = bench.session(), ({"number"}, {"number", "total"}, {"total"}, {"number"})

    pages = [(await bench.together(session, request(ACCOUNT, fields=frozenset(fields))))[0] for fields in asked]

    assert [row.number for row in pages[0].nodes] == ["0", "1", "2"]
    assert [row.total for row in pages[1].nodes] == [row.total for row in shelf.books["1"]]
    assert len(shelf.calls) == calls


async def test_what_was_looked_up_with_fewer_fields_is_looked_up_again_for_more() -> None:
    bench, shelf = portal()
    shelf.capabilities = replace(DETAILED, selects_fields=True)
    session = bench.session()
    await bench.together(session, request(ACCOUNT, fields=frozenset({"number", "customerNumber"})))

    (page,) = await bench.together(session, request(ACCOUNT, fields=frozenset(DETAILS)))

    assert [(row.customer_number, row.amount_due) for row in page.nodes] == [("77", euros(n)) for n in range(3)]


async def test_what_was_looked_up_once_serves_whoever_asks_for_no_more() -> None:
    bench, shelf = portal()
    session = bench.session()
    await bench.together(session, request(ACCOUNT, fields=frozenset(DETAILS)))
    shelf.calls.clear()

    (page,) = await bench.together(session, request(ACCOUNT, fields=frozenset({"customerNumber"})))

    assert ([row.customer_number for row in page.nodes], shelf.calls) == (["77"] * 3, [])


async def test_a_row_whose_look_up_failed_is_an_error_and_no_half_an_invoice() -> None:
    bench, shelf = portal(4)
    shelf.fault = failing("2")

    found = await bench.lists().find(ACCOUNT, frozenset("0123"), frozenset(DETAILS))

    assert [row.source_invoice_id for row in found.invoices] == ["0", "1"]
    assert isinstance(found.failure, SourceUnavailable)


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_DETAIL])
async def test_an_invoice_is_as_fresh_as_the_staler_of_its_two_answers(order: InvoiceOrder) -> None:
    _, plain = portal()
    bench = bench_of(KeptLookUps("portal", DETAILED, books=plain.books, edit=plain.edit))

    page = await bench.page(ACCOUNT, fields=frozenset({"number", "customerNumber"}), order=order)

    told = {(row.provenance.cache_status, row.provenance.fetched_at) for row in page.nodes}
    assert told == {(CacheStatus.STALE, EARLIER)}
    assert [(result.status, result.fetched_at) for result in page.sources] == [(SourceResultStatus.STALE, EARLIER)]
    assert page.is_complete is False


async def test_a_sum_over_look_ups_that_an_earlier_answer_stands_in_for_is_stale() -> None:
    _, plain = portal()
    bench = bench_of(KeptLookUps("portal", DETAILED, books=plain.books, edit=plain.edit))

    balances = await read_balances(bench.session(), [ACCOUNT], frozenset(), date(2026, 2, 1))

    (result,) = balances.sources
    assert (result.status, result.fetched_at) == (SourceResultStatus.STALE, EARLIER)
    assert balances.is_complete is False


@pytest.mark.parametrize("order", [NEWEST_FIRST, BY_DETAIL])
async def test_a_listed_invoice_that_its_look_up_does_not_know_says_what_it_lacks(order: InvoiceOrder) -> None:
    bench, shelf = portal()
    shelf.fault = losing(shelf, "1")

    page = await bench.page(ACCOUNT, fields=frozenset({"number", *DETAILS}), order=order)

    (lost,) = [row for row in page.nodes if row.amount_due is None]
    assert (len(page.nodes), lost.number, lost.provenance.failed_fields) == (3, "1", ["amountDue", "customerNumber"])
    (result,) = page.sources
    assert (result.status, page.is_complete) == (SourceResultStatus.FAILED, False)
    assert result.failure is not None
    assert result.failure.code is ErrorCode.SOURCE_PROTOCOL_ERROR
    assert looked_up(shelf) == [("0", "1"), ("2",)]


async def test_a_filter_by_what_a_look_up_did_not_tell_counts_the_invoices_that_it_could_not_judge() -> None:
    bench, shelf = portal()
    shelf.fault = losing(shelf, "1")
    owing = InvoiceFilter(amount_due=DecimalRange(Decimal(0)))

    page = await bench.page(ACCOUNT, filter=owing)

    assert numbers([page]) == ["0", "2"]
    assert page.sources[0].notes == (Note("RECORD_DROPPED", actual="1"),)
    assert page.is_complete is False


async def test_an_id_that_does_not_exist_is_none_beside_one_that_was_lost() -> None:
    bench, shelf = portal()
    shelf.fault = losing(shelf, "1")
    loader = bench.session().invoice_by_id

    found, lost, unknown = await asyncio.gather(
        *(loader.load(InvoiceRequest(ACCOUNT, id_, frozenset(DETAILS))) for id_ in ("0", "1", "no such")),
        return_exceptions=True,
    )

    assert (type(found), type(lost), unknown) == (Invoice, SourceProtocolError, None)


async def test_a_look_up_that_fails_takes_nothing_from_what_is_told_of_the_list() -> None:
    bench, shelf = portal()
    without_details, dropped = shelf.edit, Note("RECORD_DROPPED", actual="2")
    shelf.edit = lambda query, answer: _change(without_details(query, answer), notes=[dropped])
    shelf.fault = failing("1")

    page = await bench.page(ACCOUNT, fields=frozenset(DETAILS))

    (result,) = page.sources
    assert (result.status, result.notes, result.fetched_at) == (SourceResultStatus.FAILED, (dropped,), NOON)


async def test_the_log_learns_of_an_invoice_that_is_listed_and_not_found() -> None:
    bench, shelf = portal()
    shelf.fault = losing(shelf, "1")

    with capture_logs() as logs:
        await bench.page(ACCOUNT, fields=frozenset(DETAILS))

    assert [(line["event"], line["code"]) for line in logs] == [("answer_failed", "SOURCE_PROTOCOL_ERROR")]


async def test_a_row_whose_look_up_failed_is_looked_up_again_and_not_unknown() -> None:
    bench, shelf = portal()
    shelf.fault = failing("1")
    lists = bench.lists()
    before = await lists.find(ACCOUNT, frozenset("012"), frozenset(DETAILS))
    shelf.fault = lambda _: None

    after = await lists.find(ACCOUNT, frozenset("012"), frozenset(DETAILS))

    assert (len(before.invoices), isinstance(before.failure, SourceUnavailable)) == (1, True)
    assert ([row.customer_number for row in after.invoices], after.failure) == (["77"] * 3, None)
