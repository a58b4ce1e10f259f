"""Lists that the index tells of, whole lists, and what several accounts of one customer have in common."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from resolvers.filter import DateRange, InvoiceFilter
from resolvers.lists.indexed import IndexedList
from resolvers.lists.slice import Need
from resolvers.model.customer import Account
from resolvers.model.errors import SourceProtocolError, SourceUnavailable
from resolvers.model.invoice import Invoice, InvoiceType, Note
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, IndexedInvoice
from resolvers.order import InvoiceOrder, InvoiceOrderField
from resolvers.outcome import SourceResultStatus
from tests.lists.bench import FIELDS, Bench, bench_of, numbers, request
from tests.lists.shelf import INDEXED, WHOLE, Shelf, account_at, euros, invoice_of

ACCOUNT = account_at("orders", "1")
NEWEST = date(2026, 1, 1)
BY_TOTAL = InvoiceOrder(InvoiceOrderField.TOTAL)


def orders(count: int, **dates: date | None) -> tuple[Bench, Shelf]:
    """A source that finds one invoice a call, all of them in the index; `dates` are what the index knows instead."""
    rows = [
        invoice_of(ACCOUNT, f"i{number}", NEWEST - timedelta(number), total=euros(number)) for number in range(count)
    ]
    shelf = Shelf("orders", INDEXED, books={"1": rows})
    bench = bench_of(shelf)
    bench.register.index[ACCOUNT.id] = [
        IndexedInvoice(row.source_invoice_id, dates.get(row.source_invoice_id, row.issue_date)) for row in rows
    ]
    return bench, shelf


async def test_only_the_bodies_of_the_page_are_asked_for() -> None:
    bench, shelf = orders(9)

    page = await bench.page(ACCOUNT, first=3, count=True)

    assert [row.total for row in page.nodes] == [euros(0), euros(1), euros(2)]
    assert (page.total_count, len(shelf.calls)) == (9, 3)


async def test_a_count_or_a_range_of_days_needs_no_body() -> None:
    bench, shelf = orders(9)
    recent = InvoiceFilter(issue_date=DateRange(NEWEST - timedelta(2)))

    page = await bench.page(ACCOUNT, filter=recent, rows=False, count=True)

    assert (page.total_count, shelf.calls) == (3, [])


async def test_an_invoice_whose_day_the_index_does_not_know_is_asked_for_its_day() -> None:
    bench, shelf = orders(9, i4=None)

    page = await bench.page(ACCOUNT, first=2, order=InvoiceOrder())

    assert numbers([page]) == ["i0", "i1"]
    assert sorted(call.ids for call in shelf.calls if isinstance(call, FindQuery)) == [("i0",), ("i1",), ("i4",)]


async def test_an_invoice_whose_day_the_index_has_wrong_is_left_out_of_the_days_that_it_is_not_of() -> None:
    bench, _ = orders(9, i4=NEWEST)
    recent = InvoiceFilter(issue_date=DateRange(NEWEST - timedelta(2)))

    page = await bench.page(ACCOUNT, first=3, filter=recent, count=True)
    rest = await bench.page(ACCOUNT, first=3, filter=recent, count=True, after=page.page_info.end_cursor)

    assert (numbers([page]), page.total_count) == (["i0", "i1"], 4)
    assert [(note.code, note.expected, note.actual) for note in page.sources[0].notes] == [
        ("RECORD_COUNT_MISMATCH", "3", "2")
    ]
    assert (numbers([rest]), rest.sources[0].notes) == (["i2"], ())


class Index:
    """What is known of the account, and what it is told anew."""

    def __init__(self, *known: IndexedInvoice) -> None:
        self.known, self.corrected = list(known), list[Invoice]()

    async def load(self, account: Account) -> list[IndexedInvoice] | None:
        """All that is known."""
        return self.known

    def correct(self, invoice: Invoice) -> None:
        """Keeps it."""
        self.corrected.append(invoice)


@pytest.mark.parametrize("selects", [True, False])
async def test_the_index_learns_of_another_day_and_of_none_nothing(*, selects: bool) -> None:
    other, undated = invoice_of(ACCOUNT, "i1", NEWEST), invoice_of(ACCOUNT, "i2")
    can = replace(INDEXED, selects_fields=selects)
    shelf = Shelf("orders", can, books={"1": [invoice_of(ACCOUNT, "i0", NEWEST), other, undated]})
    index = Index(*(IndexedInvoice(f"i{number}", NEWEST - timedelta(number)) for number in range(3)))
    operation = Operation.within(60)
    sut = IndexedList(shelf, ACCOUNT, operation, index=index)

    await sut.read(Need(of_all=frozenset({"total"})))

    assert [invoice.source_invoice_id for invoice in index.corrected] == ["i1"]


async def test_an_invoice_that_turns_out_to_have_no_day_is_of_no_days() -> None:
    bench, shelf = orders(3)
    shelf.books["1"][1] = invoice_of(ACCOUNT, "i1")

    page = await bench.page(ACCOUNT, filter=InvoiceFilter(issue_date=DateRange(to=NEWEST)))

    assert numbers([page]) == ["i0", "i2"]


async def test_another_order_asks_for_each_body_once() -> None:
    bench, shelf = orders(6)

    page = await bench.page(ACCOUNT, first=2, order=BY_TOTAL)

    assert numbers([page]) == ["i5", "i4"]
    assert len(shelf.calls) == 6


async def test_in_another_order_one_that_the_source_does_not_have_is_left_out_and_told() -> None:
    bench, shelf = orders(6)
    del shelf.books["1"][4]

    page = await bench.page(ACCOUNT, first=2, order=BY_TOTAL, count=True)

    assert (numbers([page]), page.total_count) == (["i5", "i3"], 5)
    assert page.sources[0].notes == (Note("RECORD_COUNT_MISMATCH", expected="6", actual="5"),)


async def test_an_account_that_was_never_indexed_says_so_and_has_no_count() -> None:
    bench, _ = orders(3)
    bench.register.index.clear()

    page = await bench.page(ACCOUNT, count=True)

    assert (page.nodes, page.total_count, page.is_complete) == ([], None, False)
    assert page.sources[0].status is SourceResultStatus.NOT_INDEXED


async def test_one_body_that_fails_leaves_the_others_in_place() -> None:
    bench, shelf = orders(4)
    shelf.fault = lambda query: (
        SourceUnavailable("orders") if isinstance(query, FindQuery) and "i1" in query.ids else None
    )

    page = await bench.page(ACCOUNT, first=3)

    assert (numbers([page]), page.is_complete) == (["i0", "i2"], False)


async def test_one_body_that_fails_costs_itself_whatever_the_page_size() -> None:
    bench, shelf = orders(4)
    shelf.fault = lambda query: (
        SourceUnavailable("orders") if isinstance(query, FindQuery) and "i1" in query.ids else None
    )

    pages = await bench.walk(ACCOUNT, first=1, count=True)

    assert [numbers([page]) for page in pages] == [["i0"], [], ["i2"], ["i3"]]
    assert [page.is_complete for page in pages] == [True, False, True, True]
    assert {page.total_count for page in pages} == {4}


@pytest.mark.parametrize("order", [InvoiceOrder(), InvoiceOrder(InvoiceOrderField.TOTAL)], ids=["day", "total"])
async def test_one_body_that_fails_costs_itself_where_every_row_has_to_be_known(order: InvoiceOrder) -> None:
    bench, shelf = orders(5, **dict.fromkeys(("i0", "i1", "i2", "i3", "i4")))
    shelf.fault = lambda query: (
        SourceProtocolError("orders", "garbled") if isinstance(query, FindQuery) and "i1" in query.ids else None
    )

    pages = await bench.walk(ACCOUNT, first=2, order=order, count=True)

    assert sorted(numbers(pages)) == ["i0", "i2", "i3", "i4"]
    assert {(page.is_complete, page.total_count, page.sources[0].status) for page in pages} == {
        (False, None, SourceResultStatus.FAILED)
    }


async def test_a_body_that_failed_is_asked_for_once_in_an_operation() -> None:
    bench, shelf = orders(3, i1=None)
    shelf.fault = lambda query: (
        SourceUnavailable("orders") if isinstance(query, FindQuery) and "i1" in query.ids else None
    )
    by_total = request(ACCOUNT, order=InvoiceOrder(InvoiceOrderField.TOTAL))

    pages = await bench.together(bench.session(), request(ACCOUNT), by_total)

    assert [sorted(numbers([page])) for page in pages] == [["i0", "i2"], ["i0", "i2"]]
    assert sorted(call.ids for call in shelf.calls if isinstance(call, FindQuery)) == [("i0",), ("i1",), ("i2",)]


async def test_the_index_of_many_accounts_is_one_directory_query() -> None:
    bench, _ = orders(2)
    accounts = [account_at("orders", str(number)) for number in range(50)]

    await bench.together(bench.session(), *(request(account, owner=account.id) for account in accounts))

    assert bench.register.queries == 1


async def test_a_whole_list_is_one_call_for_all_that_is_asked_of_it() -> None:
    account = account_at("portal", "1")
    rows = [invoice_of(account, str(number), NEWEST - timedelta(number)) for number in range(9)]
    shelf = Shelf("portal", WHOLE, books={"1": rows})
    bench = bench_of(shelf)

    pages = await bench.together(
        bench.session(),
        request(account, first=2),
        request(account, first=5, order=InvoiceOrder(InvoiceOrderField.NUMBER)),
        request(account, filter=InvoiceFilter(types=frozenset({InvoiceType.INVOICE})), rows=False, count=True),
    )

    assert [len(page.nodes) for page in pages] == [2, 5, 0]
    assert pages[2].total_count == 9
    assert len(shelf.calls) == 1


async def test_a_source_that_sends_an_invoice_twice_has_it_once() -> None:
    account = account_at("portal", "1")
    row = invoice_of(account, "1", NEWEST)
    bench = bench_of(Shelf("portal", WHOLE, books={"1": [row, row]}))

    page = await bench.page(account, count=True)

    assert (page.nodes, page.total_count) == ([row], 1)


async def test_what_a_list_told_stays_where_the_look_up_of_the_rest_fails() -> None:
    account = account_at("portal", "1")
    rows = [
        msgspec.structs.replace(invoice_of(account, str(number), NEWEST - timedelta(number)), customer_number="77")
        for number in range(3)
    ]
    shelf = Shelf("portal", replace(WHOLE, list_fields=WHOLE.fields - {"customerNumber"}, ids_per_call=1))
    shelf.books["1"] = rows
    shelf.edit = lambda _, answer: msgspec.structs.replace(
        answer, invoices=[msgspec.structs.replace(row, customer_number=None) for row in answer.invoices]
    )
    shelf.fault = lambda query: (
        SourceUnavailable("portal") if isinstance(query, FindQuery) and "1" in query.ids else None
    )

    page = await bench_of(shelf).page(account, fields=frozenset({"number", "customerNumber"}))

    assert [(row.number, row.customer_number) for row in page.nodes] == [("0", "77"), ("1", None), ("2", "77")]
    assert [row.provenance.failed_fields for row in page.nodes] == [[], ["customerNumber"], []]
    assert (page.is_complete, page.sources[0].status) == (False, SourceResultStatus.FAILED)


async def test_an_invoice_whose_look_up_failed_is_none_that_is_gone() -> None:
    bench, shelf = orders(3)
    shelf.fault = lambda query: (
        SourceUnavailable("orders") if isinstance(query, FindQuery) and "i1" in query.ids else None
    )
    lists = bench.lists()
    found = await lists.find(ACCOUNT, frozenset({"i0", "i1"}), FIELDS)
    shelf.fault = lambda _: None

    read = await lists.read(ACCOUNT, Need(want=3, count=True), frozenset())

    assert isinstance(found.failure, SourceUnavailable)
    assert [row.source_invoice_id for row in read.invoices] == ["i0", "i1", "i2"]
    assert (read.total_count, read.notes) == (3, ())


@pytest.mark.parametrize(("selects", "calls"), [(True, 4), (False, 2)])
async def test_what_was_looked_up_with_fewer_fields_is_looked_up_again_for_more(calls: int, *, selects: bool) -> None:
    bench, shelf = orders(2)
    shelf.capabilities = replace(INDEXED, selects_fields=selects)
    session = bench.session()
    await bench.together(session, request(ACCOUNT, fields=frozenset({"number"})))

    (page,) = await bench.together(session, request(ACCOUNT, fields=frozenset({"number", "total"})))
    await bench.together(session, request(ACCOUNT, fields=frozenset({"total"})))

    assert [row.total for row in page.nodes] == [euros(0), euros(1)]
    assert len(shelf.calls) == calls
