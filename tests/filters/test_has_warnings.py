"""A filter on warnings: the rules decide, on the whole of every invoice, and nothing is asked twice for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec
import pytest

from resolvers.filter import InvoiceFilter
from resolvers.invoice_page import invoice_page
from resolvers.model.errors import SourceUnavailable
from resolvers.model.invoice import Invoice, InvoiceTotals, Note
from resolvers.model.operation import Operation
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, IndexedInvoice, InvoiceList, ListQuery
from resolvers.outcome import SourceResultStatus
from resolvers.page import InvoicePage
from tests.conftest import Ask
from tests.lists.bench import Bench, bench_of, request
from tests.lists.shelf import INDEXED, NUMBERED, WHOLE, WINDOW, Shelf, account_at, euros, invoice_of

ODD, CLEAN = InvoiceFilter(has_warnings=True), InvoiceFilter(has_warnings=False)
ACCOUNT = account_at("dues", "1")
DETAILED = replace(WHOLE, fields=WHOLE.fields | {"totals", "totals.tax"}, ids_per_call=2)
EVERY_FIELD = frozenset({EVERYTHING})


@dataclass(slots=True)
class Reserved(Shelf):
    """A source whose list holds back what its look-ups tell: the totals, and what was odd in them."""

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """The rows without their totals and notes."""
        told = await Shelf.list_invoices(self, query, operation)
        rows = [msgspec.structs.replace(row, totals=None, notes=[]) for row in told.invoices]
        return msgspec.structs.replace(told, invoices=rows)


def rows() -> list[Invoice]:
    """Five invoices, the newest first; numbers 2 and 4 are odd."""
    odd = [Note("VALUE_UNREADABLE", "totals.tax")]
    totals = InvoiceTotals(tax=euros("1"))
    return [
        invoice_of(
            ACCOUNT,
            str(number),
            date(2026, 3, 1) - timedelta(number),
            total=euros("10"),
            totals=totals,
            notes=odd if number in (2, 4) else [],
        )
        for number in range(1, 6)
    ]


def on_shelf(shelf: Shelf) -> Bench:
    shelf.books = {"1": rows()}
    bench = bench_of(shelf)
    bench.register.index[ACCOUNT.id] = [IndexedInvoice(row.source_invoice_id, row.issue_date) for row in rows()]
    return bench


def numbers(page: InvoicePage) -> list[str]:
    return [row.source_invoice_id for row in page.nodes]


SHELVES: dict[str, Callable[[], Shelf]] = {
    "whole": lambda: Shelf("dues", WHOLE),
    "whole with details": lambda: Reserved("dues", DETAILED),
    "numbered": lambda: Shelf("dues", NUMBERED, page_size=2),
    "window": lambda: Shelf("dues", WINDOW),
    "indexed": lambda: Shelf("dues", INDEXED),
}
CALLS = {"whole": 1, "whole with details": 4, "numbered": 3, "window": 1, "indexed": 5}


@pytest.mark.parametrize("kind", SHELVES)
async def test_both_halves_of_a_list_are_told_apart_in_one_reading_of_it(kind: str) -> None:
    shelf = SHELVES[kind]()
    session = on_shelf(shelf).session()

    odd, clean = await asyncio.gather(
        *(invoice_page(session, request(ACCOUNT, filter=filter_, first=9, count=True)) for filter_ in (ODD, CLEAN))
    )

    assert (numbers(odd), numbers(clean)) == (["2", "4"], ["1", "3", "5"])
    assert (odd.total_count, clean.total_count) == (2, 3)
    assert len(shelf.calls) == CALLS[kind]


async def test_details_that_decided_are_given_out_and_not_looked_up_again() -> None:
    shelf = Reserved("dues", DETAILED)

    page = await on_shelf(shelf).page(ACCOUNT, filter=ODD, fields=frozenset({"number", "totals", "totals.tax"}))

    assert [row.totals for row in page.nodes] == [InvoiceTotals(tax=euros("1"))] * 2
    assert [type(call) for call in shelf.calls] == [ListQuery, *[FindQuery] * 3]


async def test_without_the_filter_only_a_pages_details_are_looked_up() -> None:
    shelf = Reserved("dues", DETAILED)

    page = await on_shelf(shelf).page(ACCOUNT, fields=EVERY_FIELD, first=2)

    assert numbers(page) == ["1", "2"]
    assert [type(call) for call in shelf.calls] == [ListQuery, FindQuery]


async def test_a_large_window_is_read_whole_in_one_call() -> None:
    shelf = Shelf("dues", WINDOW)
    bench = on_shelf(shelf)
    account = msgspec.structs.replace(ACCOUNT, known_invoices=500)

    page = await bench.page(account, filter=CLEAN)

    assert numbers(page) == ["1", "3", "5"]
    (call,) = shelf.calls
    assert isinstance(call, ListQuery)
    assert (EVERYTHING in call.fields, call.limit) == (True, None)


async def test_details_that_cannot_be_had_fail_the_list_instead_of_shortening_it() -> None:
    shelf = Reserved("dues", DETAILED)
    bench = on_shelf(shelf)
    shelf.fault = lambda call: (
        SourceUnavailable("dues", "gone") if isinstance(call, FindQuery) and "3" in call.ids else None
    )

    page = await bench.page(ACCOUNT, filter=ODD, count=True)

    assert (page.nodes, page.total_count, page.is_complete) == ([], None, False)
    assert [result.status for result in page.sources] == [SourceResultStatus.FAILED]


async def test_pages_go_on_by_their_cursors() -> None:
    pages = await on_shelf(Reserved("dues", DETAILED)).walk(ACCOUNT, filter=CLEAN, first=2)

    assert [numbers(page) for page in pages] == [["1", "3"], ["5"]]


HALVES = """query ($id: ID!) { customer(id: $id) {
  all: invoices(first: 100) { nodes { id warnings { code } } pageInfo { hasNextPage } }
  odd: invoices(first: 100, filter: {hasWarnings: true}) { totalCount nodes { id } }
  clean: invoices(first: 100, filter: {hasWarnings: false}) { totalCount nodes { id } }
} }"""
WHOLE_LIST = (
    """query ($id: ID!) { customer(id: $id) { invoices(first: 100) { totalCount nodes { warnings { code } } } } }"""
)


@pytest.mark.parametrize("customer", ["C-1001", "C-1002", "C-1003"])
async def test_over_all_sources_the_halves_are_those_of_the_warnings_and_cost_what_the_list_costs(
    ask: Ask, customer: str
) -> None:
    answer = await ask(HALVES, id=customer)
    alone = await ask(WHOLE_LIST, id=customer)

    told = answer.data["customer"]
    assert not told["all"]["pageInfo"]["hasNextPage"]
    for name, has_warnings in (("odd", True), ("clean", False)):
        expected = {node["id"] for node in told["all"]["nodes"] if bool(node["warnings"]) is has_warnings}
        assert {node["id"] for node in told[name]["nodes"]} == expected
        assert told[name]["totalCount"] == len(expected)
    assert len(answer.calls) == len(alone.calls)
