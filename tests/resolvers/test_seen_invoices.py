"""Invoices found by id become known to the index: once, beside the answer, and only where no list tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from resolvers import lookup
from resolvers.gateway import Gateway
from resolvers.model.identity import InvoiceRef
from resolvers.model.invoice import CacheStatus, Provenance
from resolvers.model.source import IndexedInvoice
from resolvers.order import InvoiceOrder, InvoiceOrderField
from resolvers.seen_invoices import SeenInvoices
from tests.lists.bench import KEYS, Bench, bench_of
from tests.lists.shelf import INDEXED, WHOLE, Shelf, account_at, invoice_of

ACCOUNT = account_at("orders", "1")
DAY = date(2026, 1, 1)
FIELDS = frozenset({"number"})


@dataclass(slots=True)
class Log:
    """A log that keeps what it is told, waits where a test closes it, and fails where `works` is False."""

    written: list[Mapping[InvoiceRef, date | None]] = field(default_factory=list)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    works: bool = True

    def __post_init__(self) -> None:
        self.is_open.set()

    async def note_seen(self, seen: Mapping[InvoiceRef, date | None]) -> bool:
        """Keeps it, if it works."""
        await self.is_open.wait()
        if self.works:
            self.written.append(dict(seen))
        return self.works


def ref(number: int, source: str = "orders") -> InvoiceRef:
    return InvoiceRef(source, "1", f"i{number}")


def shelves() -> tuple[Bench, Shelf, SeenInvoices, Log]:
    """A source that cannot list and one that can, with three invoices each."""
    made = []
    for name, capabilities in (("orders", INDEXED), ("portal", WHOLE)):
        account = account_at(name, "1")
        rows = [invoice_of(account, f"i{number}", DAY) for number in range(3)]
        made.append(Shelf(name, capabilities, books={"1": rows}))
    log = Log()
    seen = SeenInvoices(log)
    bench = bench_of(*made)
    bench.register.all_accounts = [ACCOUNT, account_at("portal", "1")]
    bench.gateway = Gateway(bench.shelves, bench.register, KEYS, seen=seen)
    return bench, made[0], seen, log


async def find(bench: Bench, *ids: int, source: str = "orders") -> list[str | None]:
    """The invoices' own ids, found in one operation."""
    session = bench.session()
    rows = {row.source_invoice_id: row.id for row in bench.shelves[source].books["1"]}
    wanted = (lookup.find_invoice(session, rows[f"i{number}"], FIELDS) for number in ids)
    return [None if found is None else found.source_invoice_id for found in await asyncio.gather(*wanted)]


async def test_what_one_operation_finds_is_written_together_and_each_invoice_once() -> None:
    bench, _, seen, log = shelves()

    await find(bench, 0, 1)
    await seen.aclose()
    await find(bench, 1, 2)
    await seen.aclose()

    assert log.written == [{ref(0): DAY, ref(1): DAY}, {ref(2): DAY}]


async def test_an_answer_does_not_wait_and_closing_the_gateway_does() -> None:
    bench, _, _, log = shelves()
    log.is_open.clear()

    first = await find(bench, 0)
    second = await find(bench, 1, 2)
    closing = asyncio.create_task(bench.gateway.aclose())
    await asyncio.sleep(0)
    before = (closing.done(), list(log.written))
    log.is_open.set()
    await closing

    assert (first, second, before) == (["i0"], ["i1", "i2"], (False, []))
    assert log.written == [{ref(0): DAY}, {ref(1): DAY, ref(2): DAY}]


async def test_it_costs_no_call_and_no_query_of_the_directory() -> None:
    bench, shelf, seen, _ = shelves()
    without = bench_of(shelf)
    without.register.all_accounts = [ACCOUNT]

    await find(without, 0, 1)
    calls, queries = len(shelf.calls), without.register.queries
    shelf.calls.clear()
    await find(bench, 0, 1)
    await seen.aclose()

    assert (len(shelf.calls), bench.register.queries) == (calls, queries) == (2, 1)


async def test_a_list_from_the_index_tells_the_index_nothing() -> None:
    bench, _, seen, log = shelves()
    bench.register.index[ACCOUNT.id] = [IndexedInvoice(f"i{number}", DAY) for number in range(3)]

    page = await bench.page(ACCOUNT)
    await seen.aclose()

    assert (len(page.nodes), log.written) == (3, [])


@pytest.mark.parametrize("wanted", [{}, {"order": InvoiceOrder(InvoiceOrderField.TOTAL)}], ids=["bare", "read whole"])
@pytest.mark.parametrize("known", [None, date(2020, 1, 1)])
async def test_a_list_from_the_index_puts_the_dates_there_right(known: date | None, wanted: dict[str, Any]) -> None:
    bench, _, seen, log = shelves()
    bench.register.index[ACCOUNT.id] = [IndexedInvoice("i0", DAY), IndexedInvoice("i1", known)]
    await find(bench, 1)
    await seen.aclose()

    await bench.page(ACCOUNT, **wanted)
    await seen.aclose()

    assert log.written == [{ref(1): DAY}, {ref(1): DAY}]


async def test_a_date_that_changed_is_written_again_and_not_that_of_a_kept_copy() -> None:
    _, shelf, seen, log = shelves()
    row, later = shelf.books["1"][0], date(2026, 2, 2)
    kept = Provenance("orders", "Find", row.provenance.fetched_at, CacheStatus.HIT)

    for found in (row, replace(row, issue_date=later), replace(row, provenance=kept)):
        seen.note(found)
        await seen.aclose()

    assert log.written == [{ref(0): DAY}, {ref(0): later}]


async def test_an_invoice_that_a_list_tells_of_is_left_out_of_the_index() -> None:
    bench, _, seen, log = shelves()

    found = await find(bench, 0, source="portal")
    await seen.aclose()

    assert (found, log.written) == (["i0"], [])


async def test_an_invoice_that_is_not_there_is_not_seen() -> None:
    bench, shelf, seen, log = shelves()
    wanted = shelf.books["1"][0].id
    shelf.books["1"] = []

    assert await lookup.find_invoice(bench.session(), wanted, FIELDS) is None
    await seen.aclose()

    assert log.written == []


async def test_what_could_not_be_written_is_written_when_it_is_found_again() -> None:
    bench, _, seen, log = shelves()
    log.works = False
    await find(bench, 0, 1)
    await seen.aclose()

    log.works = True
    await find(bench, 0)
    await seen.aclose()

    assert log.written == [{ref(0): DAY}]


async def test_so_many_are_remembered_and_the_oldest_forgotten() -> None:
    _, shelf, _, log = shelves()
    rows = shelf.books["1"]
    seen = SeenInvoices(log, most_remembered=2)

    for row in (rows[0], rows[1], rows[0], rows[2], rows[0]):
        seen.note(row)
        await seen.aclose()

    assert [next(iter(written)) for written in log.written] == [ref(0), ref(1), ref(2), ref(0)]
